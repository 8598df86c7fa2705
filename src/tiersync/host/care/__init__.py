"""Care for a node: backed up, restored, moved to another database, examined."""
