"""The commands. Assembles the parts; the only place that prints."""
