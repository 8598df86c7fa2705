"""The command `db`: the node's database healed, examined, upgraded, backed up, restored and moved."""
