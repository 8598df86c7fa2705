"""Raw rows of a table: its headers, its sums, and the mapping that makes fields of its columns."""
