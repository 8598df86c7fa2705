"""THE PROTOCOL: messages, both sides' dialogues, states as tables, seals and wire format. No I/O."""
