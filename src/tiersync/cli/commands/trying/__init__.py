"""Commands for trying tiersync: the demo, the drill, and the made-up city."""
