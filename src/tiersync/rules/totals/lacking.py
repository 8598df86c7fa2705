"""What a report lacks: the indicators whose figure for the whole unit is missing, or made of some parts only."""

from tiersync.model.cell import Cells, Status


def lacking(cells: Cells) -> list[str]:
    """The codes of these indicators, in order. What is not applicable or withheld is not lacking."""
    rows = zip(cells.indicator, cells.breakdown, cells.status, strict=True)
    return sorted({code for code, breakdown, status in rows if not breakdown and status in LACKS})


LACKS = frozenset({Status.MISSING, Status.PARTIAL})
