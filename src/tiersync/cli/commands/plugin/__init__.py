"""The command `plugin`, a module for each of its parts, and what it asks."""
