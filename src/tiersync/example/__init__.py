"""A made-up city with exact figures: sources for the demo, the tests and the benches."""
