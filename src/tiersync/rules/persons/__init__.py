"""Persons: who stands in several places, is paid twice, or is told of in two ways."""
