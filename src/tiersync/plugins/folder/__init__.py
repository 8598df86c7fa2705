"""A plugin's folder: what stands in it, whether it may run, and what was locked when it was mapped."""
