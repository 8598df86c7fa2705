"""Samples: the first rows of a source that nobody has mapped yet."""
