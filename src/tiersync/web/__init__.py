"""THE WIRE AND THE WINDOW: the only package that knows HTTP."""
