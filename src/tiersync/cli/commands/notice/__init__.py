"""The command `notice`, and a notice out of a file."""
