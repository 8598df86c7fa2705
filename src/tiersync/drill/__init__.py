"""The drill: a small network plays a year under faults that follow from one seed, and ends as if there were none."""
