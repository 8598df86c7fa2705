"""The command `service`: systemd keeps a node running."""
