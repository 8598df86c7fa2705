"""Backups, restores, moves and examinations of nodes, by the commands."""
