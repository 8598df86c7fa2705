"""Agreement: two views of the same figures, why they differ, and whose turn it is."""
