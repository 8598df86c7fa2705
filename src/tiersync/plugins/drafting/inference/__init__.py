"""Inference: which column is which field, on what evidence, and what to ask."""
