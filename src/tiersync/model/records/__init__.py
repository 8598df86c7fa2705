"""Records: the seven record types of the network, their fields, and the kinds of these."""
