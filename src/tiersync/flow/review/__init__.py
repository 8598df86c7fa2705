"""Review: how far each report is, what is done about it by the office that files it and by the one above."""
