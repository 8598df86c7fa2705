"""What a node did: its jobs, the runs of its streams with what they refused, and how long all of it is kept."""
