"""What came of reading sources: runs, rows that were refused and why, rows that are odd."""
