"""Joining: founding the network, inviting, welcoming, and who is let in at the door."""
