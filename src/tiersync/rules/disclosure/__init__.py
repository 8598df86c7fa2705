"""Disclosure: what leaves the office, and what is hidden from readers outside it."""
