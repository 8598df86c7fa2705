"""Figures side by side: against other periods, in the parent's figure, among the units shown, over the year."""
