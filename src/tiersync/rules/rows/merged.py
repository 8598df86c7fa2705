"""Merging: rows that a source brings since its cursor take the place of those with the same key."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple

import polars as pl

Reached = int | datetime
WHOLE = re.compile(r"-?([0-9]{1,14}|[0-9]{16})")  # 15 and 18 digits may be somebody's identity number.
MOBILE = re.compile(r"1[3-9][0-9]{9}")  # And these somebody's telephone.
ZONE = r"(Z|[+-][0-9]{2}:?[0-9]{2})?"
TIME = r"[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?"
MOMENT = re.compile(rf"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}([ T]{TIME}{ZONE})?")
DAY_IN_DIGITS = re.compile(r"((19|2[0-9])[0-9]{2}(0[1-9]|1[0-2])([0-2][0-9]|3[01])|99991231)([0-9]{6})?")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
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


def are_last(records: pl.DataFrame, key: Sequence[str]) -> pl.Series:
    """For each of some records whether none after it has its key; where a key is not kept, all of them are."""
    columns = kept_key(key)
    if not {*columns} <= {*records.columns}:
        return pl.repeat(True, records.height, eager=True)
    has_key = pl.all_horizontal(pl.col(columns).is_not_null())
    return records.select(pl.struct(columns).is_last_distinct() | ~has_key).to_series()


def are_new(records: pl.DataFrame, held: pl.DataFrame, key: Sequence[str]) -> pl.Series:
    """For each of some records whether `held` has none with its key; where a key is not kept, all of them are new."""
    columns = kept_key(key)
    if not {*columns} <= {*records.columns}:
        return pl.repeat(True, records.height, eager=True)
    known = held.select(columns).unique().with_columns(known=True)
    return records.join(known, on=columns, how="left", maintain_order="left")["known"].is_null()


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


def read_cursor(value: str) -> Reached | None:
    """A cursor's value: a whole number, or a moment, which a day begins; None for anything else."""
    if WHOLE.fullmatch(value) and not MOBILE.fullmatch(value):
        return int(value)
    try:
        return datetime.fromisoformat(value) if MOMENT.fullmatch(value) else None
    except ValueError:
        return None


def read_cursors(values: Iterable[str]) -> dict[str, Reached | None]:
    """Each value that is not blank, without the spaces around it, with what it means."""
    return {value: read_cursor(value.strip()) for value in values if value.strip()}


def are_alike(reached: Iterable[Reached | None]) -> bool:
    """Whether values can be compared: moments without a time zone, moments with one, or numbers."""
    known = (one for one in reached if one is not None)
    return len({(type(one), isinstance(one, datetime) and one.tzinfo is not None) for one in known}) < 2


def furthest(read: Mapping[str, Reached], now: datetime) -> str:
    """The greatest of some values that can be compared, '' of none. What is dated after `now`, by the office's clock,
    is left out, be it a slip of the pen or an end that nobody set (99991231): whoever followed it would not see what
    comes until then."""
    sane = {value: one for value, one in read.items() if not _is_ahead(value.strip(), one, now)}
    return max(sane, key=lambda value: sane[value]).strip() if sane else ""


def _is_ahead(value: str, reached: Reached, now: datetime) -> bool:
    if isinstance(reached, datetime):
        return reached > (now if reached.tzinfo else now.replace(tzinfo=None))
    return bool(DAY_IN_DIGITS.fullmatch(value)) and value > f"{now:%Y%m%d%H%M%S}"[: len(value)]


def order_of(reached: Reached | None) -> int | None:
    """A number by which values that can be compared are sorted."""
    if reached is None or isinstance(reached, int):
        return reached
    return (reached - (EPOCH if reached.tzinfo else EPOCH.replace(tzinfo=None))) // timedelta(microseconds=1)


def asked_from(value: str, lag: int) -> str:
    """From where on a source is asked, when it was read up to a value: less a lag, in seconds of a moment, in whole
    days of a day, in ones of a number. '' is from the beginning.

    A moment begins its minute, told with no more than it needs, so that it comes before whatever is later and before
    whatever is equal however that is spelled: with seconds or without, with a T, as a day. One with a time zone is told
    in UTC.
    """
    try:
        return _stepped_back(value, read_cursor(value), lag)
    except OverflowError:  # 0001-01-01 stands for no time at all in many databases.
        return ""


def _stepped_back(value: str, reached: Reached | None, lag: int) -> str:
    if isinstance(reached, int):
        return str(reached - lag)
    if reached is None:
        return ""
    if len(value) == DAY:
        return (reached.date() - timedelta(days=-(-lag // 86_400))).isoformat()
    begins = (reached - timedelta(seconds=lag)).replace(second=0, microsecond=0)
    if begins.tzinfo:
        return f"{begins.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return begins.date().isoformat() if begins.time() == time.min else f"{begins.isoformat(' ', 'minutes')}"
