"""THE NOUNS: frozen pydantic values. No I/O, no clock, no keys of its own."""
