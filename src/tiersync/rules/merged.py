"""Merging: rows that a source brings since its cursor take the place of those with the same key."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

import polars as pl

WHOLE = re.compile(r"-?([0-9]{1,14}|[0-9]{16})")  # 15 and 18 digits may be somebody's identity number.
MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?)?")
DAY = len("2013-12-31")
NUMBER = "id_number"
PLACES = ("place_file", "place_sheet", "place_row")


class Merged(NamedTuple):
    """All records, and whether they are others than those that were held."""

    records: pl.DataFrame
    changed: bool


def merge(held: pl.DataFrame | None, fresh: pl.DataFrame, key: Sequence[str]) -> Merged:
    """`fresh` records, and of `held` (None: there is nothing yet) those with other keys.

    Of several fresh records with one key the last counts. Every record has its key.
    """
    columns = kept_key(key)
    if not fresh.is_empty():
        fresh = fresh.unique(columns, keep="last", maintain_order=True)
    if held is None or held.is_empty() or fresh.is_empty():
        return Merged(fresh if held is None or held.is_empty() else held, not fresh.is_empty())
    held, fresh = _alike(held, fresh)
    rest = held.join(fresh, on=columns, how="anti", maintain_order="left")
    replaced = held.join(fresh, on=columns, how="semi", maintain_order="left")
    if _told(replaced, columns).equals(_told(fresh, columns)):
        return Merged(held, False)
    return Merged(pl.concat([rest, fresh], how="diagonal_relaxed"), True)


def kept_key(key: Sequence[str]) -> list[str]:
    """The columns of a snapshot that tell its records apart: of an identity number there is only the person key."""
    return ["person_key" if name == NUMBER else name for name in key]


def _alike(held: pl.DataFrame, fresh: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Both with columns of the same types: code lists grow, and text is what all of them share."""
    if held.schema == fresh.schema:
        return held, fresh
    return held.cast({pl.Enum: pl.String}), fresh.cast({pl.Enum: pl.String})


def _told(records: pl.DataFrame, key: Sequence[str]) -> pl.DataFrame:
    """What records tell, wherever they stood in the source."""
    return records.drop(PLACES, strict=False).select(pl.exclude(key), *key).sort(key)


def read_cursor(value: str) -> int | datetime | None:
    """A cursor's value: a whole number, or a moment, which a day begins; None for anything else."""
    if WHOLE.fullmatch(value):
        return int(value)
    try:
        return datetime.fromisoformat(value) if MOMENT.fullmatch(value) else None
    except ValueError:
        return None


def unusable(values: Sequence[str]) -> int:
    """How many of some values cannot be a cursor; all of them where some are moments and some are numbers."""
    read = [read_cursor(value) for value in values]
    kinds = {type(one) for one in read if one is not None}
    return len(values) if len(kinds) > 1 else sum(one is None for one in read)


def furthest(values: Sequence[str], today: date) -> str:
    """The greatest of some usable values, '' of none. One from after tomorrow is a slip of the pen: whoever followed it
    would not see anything any more."""
    limit = datetime.combine(today + timedelta(days=2), time.min)
    read = {value: read_cursor(value) for value in values}
    sane = {value: one for value, one in read.items() if not (isinstance(one, datetime) and one >= limit)}
    return max(sane, key=lambda value: sane[value] or 0) if sane else ""


def asked_from(value: str, lag: int) -> str:
    """From where on a source is asked, when it was read up to a value: less a lag, in seconds of a moment, in whole
    days of a day, in ones of a number.

    A moment begins its minute, told with no more than it needs, so that it comes before whatever is later and before
    whatever is equal however that is spelled: with seconds or without, with a T, as a day.
    """
    read = read_cursor(value)
    if isinstance(read, int):
        return str(read - lag)
    if read is None:
        return ""
    if len(value) == DAY:
        return (read.date() - timedelta(days=-(-lag // 86_400))).isoformat()
    begins = (read - timedelta(seconds=lag)).replace(second=0, microsecond=0)
    return begins.date().isoformat() if begins.time() == time.min else f"{begins:%Y-%m-%d %H:%M}"
