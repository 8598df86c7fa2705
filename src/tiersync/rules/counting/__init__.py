"""Counting: the cells of a form out of records and declared figures."""
