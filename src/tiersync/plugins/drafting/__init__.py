"""Drafting: a plugin out of a sample, with made-up rows to try it by."""
