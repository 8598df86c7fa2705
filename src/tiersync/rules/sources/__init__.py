"""Sources: what is known, of which units and times, by what a node's streams speak for."""
