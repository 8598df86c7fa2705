"""Relations compared: their links, as sums of columns or exactly, one report after the other."""
