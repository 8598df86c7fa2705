"""Totals: parts added cell by cell, with what is missing counted."""
