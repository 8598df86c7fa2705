"""What opens a node, keeps it running, and reaches people."""
