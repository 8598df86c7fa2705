"""What a node does by itself: jobs, each at a slot of a schedule, each once."""
