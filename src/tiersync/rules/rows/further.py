"""Checks of rows that a plugin package brings: what they find is refused like any other row."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import NamedTuple

import polars as pl

from tiersync.model.records.field import FieldKind
from tiersync.model.records.kinds import Identity
from tiersync.model.records.record import RECORDS
from tiersync.rules.rows.check import REFUSED, Checked, without
from tiersync.rules.rows.identity import stands_without

OF_THINGS = frozenset({"association", "activity", "facility"})


class Further(NamedTuple):
    """One check: the package (and its version) that brings it, the record it is for, the field it finds wrong, and the
    code of its reason.

    `refuses` says of a frame of records which of them it refuses, as a Boolean series of the same length.
    """

    package: str
    version: str
    record: str
    field: str
    reason: str
    refuses: Callable[[pl.DataFrame], object]


class FailedCheck(NamedTuple):
    """A check that could not be made, and the kind of error: its words could name somebody."""

    check: Further
    kind: str


def check_further(checked: Checked, height: int, checks: Iterable[Further]) -> tuple[Checked, list[FailedCheck]]:
    """`checked`, of `height` rows, without what `checks` refuse; and the checks that failed, which refuse nothing."""
    accepted, refused, failed = checked.accepted, [checked.refused], list[FailedCheck]()
    index = without(pl.DataFrame({"row": range(height)}, {"row": pl.UInt32}), checked.refused["row"])["row"]
    for check in checks:
        try:
            which = _asked(check, accepted)
        except (Exception, SystemExit) as error:
            failed.append(FailedCheck(check, type(error).__name__))
            continue
        if which.any():
            found = index.filter(which).to_frame().with_columns(field=pl.lit(check.field), reason=pl.lit(check.reason))
            refused.append(found.select(pl.col(name).cast(kind) for name, kind in REFUSED.items()))
            accepted, index = accepted.filter(~which), index.filter(~which)
    return Checked(accepted, pl.concat(refused).sort("row") if len(refused) > 1 else checked.refused), failed


def _asked(check: Further, records: pl.DataFrame) -> pl.Series:
    """What a check says of these records; raises TypeError for an answer of another kind."""
    which = check.refuses(records)
    if not isinstance(which, pl.Series) or which.dtype != pl.Boolean or which.len() != records.height:
        raise TypeError
    return which.fill_null(False)


def with_key(record: str, key: Iterable[str], *, is_added: bool) -> list[Further]:
    """Checks that every record has its whole key: of things, which nothing else tells apart, and of whatever is added
    to what is held, and without one would be added again at every run. Of who has no number, what stands for one is
    the key."""
    if not is_added and record not in OF_THINGS:
        return []
    kinds = RECORDS[record].kinds()
    return [Further("", "", record, name, "missing", partial(_lacks, name, kinds.get(name))) for name in key]


def _lacks(name: str, kind: FieldKind | None, records: pl.DataFrame) -> pl.Series:
    lacks = pl.col(name).is_null()
    if isinstance(kind, Identity):
        lacks &= ~stands_without(name, kind)
    return records.select(lacks).to_series()


def of_record(checks: Iterable[Further], record: str) -> Iterator[Further]:
    """Those that are for this record."""
    return (check for check in checks if check.record == record)
