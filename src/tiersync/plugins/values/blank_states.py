"""Blanks in a column of what became of people: where it names departures alone, a blank says that nothing did."""

import polars as pl

from tiersync.model.spoken import DEPARTED
from tiersync.plugins.folder.stream import Stream


def is_blank_active(stream: Stream) -> bool:
    """Whether nobody of whom the column says nothing has left."""
    status, _, active = DEPARTED.get(stream.record, ("", "", ""))
    field = stream.map.get(status)
    if field is None or not field.headers:
        return False
    names_departures = bool(field.values) and active not in field.values.values()
    return bool(field.ticks) or field.parse == "remark" or names_departures


def blanks(stream: Stream) -> list[pl.Expr]:
    """What rows mean that say nothing of what became of their person."""
    status, _, active = DEPARTED.get(stream.record, ("", "", ""))
    return [pl.col(status).cast(pl.String).fill_null(active)] if is_blank_active(stream) else []
