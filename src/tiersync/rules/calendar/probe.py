"""When a plugin whose worker keeps failing is tried again."""

from datetime import datetime, timedelta

PATIENCE = 3  # failures in a row: once is bad luck, twice a bad day
FIRST, LONGEST = timedelta(hours=1), timedelta(days=1)


def next_probe(failures: int, last: datetime) -> datetime | None:
    """The moment from which on a plugin is tried again that failed so often in a row, `last` the newest time; None for
    one that is not paused. The pause doubles with each failed probe, up to a day."""
    if failures < PATIENCE:
        return None
    return last + min(LONGEST, FIRST * 2 ** min(failures - PATIENCE, 10))
