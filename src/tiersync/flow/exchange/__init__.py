"""The exchange: what child and parent say, store and seal, and how a side that was put back is seen."""
