"""Reading: sources become records, quarantine and the current snapshot of each stream."""
