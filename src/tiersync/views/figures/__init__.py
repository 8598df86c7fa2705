"""Figures side by side: any indicators, units and periods, what stands beside each, and who changed it since."""
