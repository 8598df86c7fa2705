"""The catalogue: what the next one changes."""
