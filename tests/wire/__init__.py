"""Messages of every released version, replayed for ever."""
