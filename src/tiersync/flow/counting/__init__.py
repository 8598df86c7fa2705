"""Counting: a node's records become own reports; what would be filed, and what may not be."""
