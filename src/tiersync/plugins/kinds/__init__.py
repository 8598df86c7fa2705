"""Kinds of sources: text tables, books of sheets, databases, web services, functions."""
