"""What a host does by itself for each of its nodes: by which schedules, and how."""
