"""THE TWO LINES: up, down, the tick, and a parent's answer to an exchange."""
