"""Commands of the office that files: enter, check, explain, submit, recall, and ask for a correction."""
