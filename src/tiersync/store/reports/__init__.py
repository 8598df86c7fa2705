"""Reports: an index over sealed bytes, what of them is damaged or replaced, and figure segments."""
