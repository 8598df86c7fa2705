"""The calendar: what is due and in force when, and which times a text states."""
