"""tiersync: figures climb four tiers, policies come down, and every difference is explained."""

__version__ = "0.1.0"
