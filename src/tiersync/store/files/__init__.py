"""Files: immutable ones, snapshots, and what only the node's own account may read."""
