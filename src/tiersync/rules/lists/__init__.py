"""Lists: whether several files of one register are versions or parts."""
