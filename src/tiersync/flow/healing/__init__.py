"""Healing: damaged and lost reports are found, named, and fetched from whoever holds them."""
