"""Real judges: programs that others wrote decide whether what aksgen renders is right."""
