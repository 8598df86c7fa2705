"""What is in deploy/ is held against the programs that read it."""
