"""Agreement: reconciliation at one node, and the findings of what was noticed on the way."""
