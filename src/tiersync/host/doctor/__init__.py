"""Examining a node: its machine, its line, and itself, each thing with what to do about it."""
