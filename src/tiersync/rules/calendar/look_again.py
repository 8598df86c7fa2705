"""Whose turn it is to be looked at wholly, so that a round over all that is held takes less than a day."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from zlib import crc32

ROUND = timedelta(hours=20)  # A node that pushes once a day, an hour early or late, looks at everything each time.
SOONEST = ROUND / 2  # Nothing that was looked at within this has its turn.
Named = tuple[str, str]  # form and period


def in_turn(looked: Mapping[Named, datetime], now: datetime) -> list[Named]:
    """What was not looked at for long enough, each after a time of its own between half a round and a whole one, so
    that a node which pushes often looks at a few at a time. A clock that was ahead once does not put it off."""
    return sorted(named for named, at in looked.items() if abs(now - at) >= _age(named))


def _age(named: Named) -> timedelta:
    return ROUND * (0.5 + crc32(" ".join(named).encode()) / 2**33)
