/// Who connects to this peer.
fn example() {}
