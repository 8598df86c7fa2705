"""THE MEMORY: the only package that knows SQL and snapshot files."""
