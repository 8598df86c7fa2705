"""Commands that make and join nodes, and show what everybody agrees on."""
