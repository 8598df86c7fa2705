"""Figures: records become cells, reports and totals, sealed and queued; and many of them side by side."""
