"""Rows: each becomes a record or is refused for one reason; what is odd about it is flagged."""
