"""Care for a database: its rows as any database keeps them, images of it, moves, and what is wrong with it."""
