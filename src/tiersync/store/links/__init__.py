"""Links: what waits for each peer, what came, and whose seal counts."""
