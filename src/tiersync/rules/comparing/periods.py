"""Periods that a figure is compared with: the one before, the same one a year before, and those of the year so far."""

from datetime import timedelta

from tiersync.errors import BadPeriod
from tiersync.model.period import Period


def before(period: Period) -> Period:
    """The period of the same length that ends when this one begins."""
    return Period.of(period.kind, period.first_day - timedelta(days=1))


def year_before(period: Period) -> Period | None:
    """The period of the same number of the year before; None where that year has none, such as week 53."""
    try:
        return Period(f"{period.year - 1}{str(period)[4:]}")
    except BadPeriod:
        return None


def year_so_far(period: Period) -> tuple[Period, ...]:
    """The periods of its year up to this one, the first one first."""
    so_far = [period]
    while so_far[-1].number > 1:
        so_far.append(before(so_far[-1]))
    return tuple(reversed(so_far))
