"""Commands of the office above: accept, return, grant, lock and exempt."""
