"""The worker: a process of its own that reads and maps, and the node's side of it."""
