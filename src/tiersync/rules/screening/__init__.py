"""Screening: what looks like personal data or is marked secret is found before anything is sealed."""
