"""Databases: opened so that nothing can be written, read in a stable order."""
