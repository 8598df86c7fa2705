"""How a node runs: its schedules and jobs, what is due when, what an examination found, its figures for monitoring."""
