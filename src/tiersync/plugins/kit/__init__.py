"""The conformance kit: named checks that a plugin folder must pass before anybody counts what it reads."""
