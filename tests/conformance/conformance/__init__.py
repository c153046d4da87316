"""Conformance tests: external programs validate the trees that aksgen renders."""
