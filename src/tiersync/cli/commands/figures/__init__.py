"""The command `figures` and what belongs to it."""
