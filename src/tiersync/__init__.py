"""tiersync: figures climb four tiers, policies come down, and every difference is explained."""

from typing import Any

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """`from tiersync import source`, for the source.py of a plugin; loaded only by those who ask for it."""
    if name == "source":
        from tiersync.plugins.kinds.python_source import source

        return source
    raise AttributeError(name)
