"""Files that stores write."""
