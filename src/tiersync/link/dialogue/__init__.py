"""The dialogue: what both sides of a link say to each other, turn by turn."""
