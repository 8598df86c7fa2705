"""THE THINKING: pure functions that check rows, aggregate, roll up, validate, reconcile, and say what is due."""
