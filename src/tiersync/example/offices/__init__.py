"""Offices: which files each keeps, in which words, and how they are written."""
