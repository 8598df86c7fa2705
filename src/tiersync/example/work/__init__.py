"""Work: what offices paid, held, visited, built and declared."""
