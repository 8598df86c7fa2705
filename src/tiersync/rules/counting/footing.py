"""Footing: what each cell of a sheet rests on before anything is counted, by what the node's streams speak for."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import polars as pl

from tiersync.model.bounds import EXACT
from tiersync.model.cell import Status
from tiersync.model.indicator import Condition, Indicator, KeptInterval, RatioPart
from tiersync.model.records.record import ALWAYS_HELD
from tiersync.rules.counting.counted import CountedNumber, counted_for
from tiersync.rules.counting.sheet import BASIS, STATUS, Sheet
from tiersync.rules.counting.standing import dims_of
from tiersync.rules.sources.known import NOTHING, WORSE, KnownNumber, judge
from tiersync.rules.sources.sources import PERSON, Sources
from tiersync.rules.sources.voices import Voices

UNIT, RECEIVED = "unit", "received"  # What a node knows without any source: of units, and of reports due to it.
OF_UNIT = "unit_kind"  # What a dimension is of that a unit has, whoever speaks for it.


KINDS: Mapping[str, Any] = {"status": STATUS, "basis": BASIS, "unsaid": pl.Boolean}


class Ground(NamedTuple):
    """All that decides about the cells of a unit: its tier, the streams that speak for it, whether it is the node's
    own, and whether its kind is known."""

    tier: str
    voices: tuple[tuple[str, Voices], ...]
    is_home: bool
    has_kind: bool


class Rests(NamedTuple):
    """What one cell rests on."""

    status: Status
    basis: str
    unsaid: bool


MISSING = Rests(Status.MISSING, "none", False)
NOTHING_OF_IT = Rests(Status.OK, "nil", False)


def lay_footing(sheet: Sheet, sources: Sources, received: bool) -> pl.DataFrame:
    """The sheet with value, status, basis, bounds and `unsaid`: zero where somebody could have said a number, else
    missing. `received` says whether reports were due to this node in the period."""
    grounds = [_ground(sheet, sources, unit) for unit in sheet.units]
    numbers = {ground: number for number, ground in enumerate(dict.fromkeys(grounds))}
    first = {ground: grounds.index(ground) for ground in numbers}
    rests = [[*_rests(sheet, sources, ground, first[ground], received)] for ground in numbers]
    columns = {
        "status": [pl.Series([rest.status.value for rest in one], dtype=STATUS) for one in rests],
        "basis": [pl.Series([rest.basis for rest in one], dtype=BASIS) for one in rests],
        "unsaid": [pl.Series([rest.unsaid for rest in one], dtype=pl.Boolean) for one in rests],
    }
    which = pl.Series([numbers[ground] for ground in grounds], dtype=pl.UInt32)
    laid = {name: _repeated(parts, which) if parts else pl.Series(dtype=KINDS[name]) for name, parts in columns.items()}
    missing = pl.col("status") == "missing"
    return sheet.rows.with_columns(**laid, bounds=pl.lit(EXACT)).with_columns(
        value=pl.when(missing).then(None).otherwise(pl.lit(0, dtype=pl.Int64))
    )


def _repeated(parts: list[pl.Series], which: pl.Series) -> pl.Series:
    """One part after another as `which` says."""
    return pl.concat([part.implode() for part in parts]).gather(which).explode()


def _ground(sheet: Sheet, sources: Sources, unit: str) -> Ground:
    node = sheet.catalogue.tree[unit]
    return Ground(node.tier, sources.voices_of(unit), unit == sources.home, bool(node.kind))


def _rests(sheet: Sheet, sources: Sources, ground: Ground, unit_no: int, received: bool) -> Iterator[Rests]:
    """What the cells of such a unit rest on, in the order of its rows."""
    asked = [indicator for indicator in sheet.indicators if sheet.starts[indicator.code][unit_no] is not None]
    for indicator in sorted(asked, key=lambda one: int(sheet.starts[one.code][unit_no])):
        yield from _rests_of(sheet, sources, ground, indicator, received)


def _rests_of(sheet: Sheet, sources: Sources, ground: Ground, indicator: Indicator, received: bool) -> Iterator[Rests]:
    """What the cells of one indicator rest on. Where a ratio counts both its numbers, either stands only with the
    other, and is as good."""
    counts = list(counted_for(indicator))
    if not counts:
        rest = NOTHING_OF_IT if ground.is_home and _is_nil(indicator, sources) else MISSING
        yield from [rest] * len(sheet.offsets[indicator.code])
        return
    bases = [_basis(sheet, sources, ground, one, received) for one in counts]
    known = [basis for one, basis in zip(counts, bases, strict=True) if one.record != UNIT]
    is_known = bool(known) and all(verdict.status != Status.MISSING for verdict, _ in known)
    unsaid = bool(known) and all(verdict.status != Status.MISSING or verdict.unsaid for verdict, _ in known)
    worst = max((verdict.status for verdict, _ in known), key=WORSE.index) if is_known else Status.MISSING
    basis = "nil" if known and all(basis == "nil" for _, basis in known) else "records"
    columns = {";".join(sorted(b.dims)): b.fields for b in indicator.breakdowns}
    for breakdown, _ in sheet.offsets[indicator.code]:
        dims = ";".join(text.partition("=")[0] for text in breakdown.split(";")) if breakdown else ""
        told = all(basis == "nil" or verdict.knows(breakdown, columns.get(dims, {})) for verdict, basis in known)
        yield Rests(worst, basis, False) if is_known and told else MISSING._replace(unsaid=unsaid and told)


def _is_nil(indicator: Indicator, sources: Sources) -> bool:
    """Whether the office says that it has nothing of a kind that is only declared."""
    return indicator.record in sources.nil and not indicator.is_quotient


def _of_persons(ground: Ground) -> frozenset[str]:
    """The fields that the seniors of such a unit have, by which other records know more about their persons."""
    return frozenset().union(*(voice.knowledge.fields for voice in dict(ground.voices).get(PERSON, ())))


def _basis(
    sheet: Sheet, sources: Sources, ground: Ground, counted: CountedNumber, received: bool
) -> tuple[KnownNumber, str]:
    """What is known of one number, and by what."""
    dims = [sheet.catalogue.by_dimension[dim] for dim in dims_of([counted])]
    dims = [dim for dim in dims if ground.has_kind or dim.field != OF_UNIT]
    if counted.record in ALWAYS_HELD:
        is_known = ground.is_home and (counted.record != RECEIVED or received)
        verdict = KnownNumber(Status.OK, dims=frozenset(dim.code for dim in dims)) if is_known else NOTHING
        return verdict, "records"
    voices = dict(ground.voices).get(counted.record, ())
    if not voices and ground.is_home and counted.record in sources.nil:
        return KnownNumber(Status.OK), "nil"
    verdict = judge(counted, dims, voices, _of_persons(ground), sheet.period)
    if counted.count.kept is None or verdict.status == Status.MISSING:
        return verdict, "records"
    what, others = _what_is_kept(counted, counted.count.kept), dict(ground.voices).get(counted.count.kept.record, ())
    if not others and ground.is_home and what.record in sources.nil:
        return verdict, "records"
    kept = judge(what, [], others, _of_persons(ground), sheet.period)
    return verdict._replace(status=max(verdict.status, kept.status, key=WORSE.index)), "records"


def _what_is_kept(counted: CountedNumber, kept: KeptInterval) -> CountedNumber:
    """What tells that an interval was kept, as a number of its own: of a day in the period, and of a person."""
    where = (*kept.where, Condition(field=kept.on, during=True))
    return replace(counted, count=RatioPart(record=kept.record, measure="distinct", field="person_key", where=where))
