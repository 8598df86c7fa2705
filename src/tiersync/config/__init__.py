"""WHAT PEOPLE WRITE: tiersync.toml, the catalogue's TOML, and the CSVs of units and codes."""
