"""Books of sheets, whatever kind of file they are kept in."""
