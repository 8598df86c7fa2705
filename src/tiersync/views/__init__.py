"""What people ask of a node: one frozen answer for each question, in both languages, that whoever shows it renders."""
