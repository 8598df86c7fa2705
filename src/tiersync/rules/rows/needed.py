"""Which fields of a record are needed: an indicator counts by them, a check compares them, or they are part of a key.

Of any other field what cannot be read is left unknown, and its row counts all the same.
"""

from collections.abc import Iterable, Iterator

from tiersync.model.catalogue import Catalogue
from tiersync.model.indicator import Condition, Indicator
from tiersync.model.records.kinds import Identity
from tiersync.model.records.record import NETWORK, RECORDS
from tiersync.rules.counting.counted import CountedNumber, counted_for
from tiersync.rules.persons import paid
from tiersync.rules.rows import doubled
from tiersync.rules.rows.figures import FIGURE
from tiersync.rules.sources.known import MADE_OF

COMPARED = {"senior": {*doubled.LATEST, *doubled.READ}, "benefit": {*paid.READ}}
AGE = "birth_date"


def needed_fields(
    record: str, catalogue: Catalogue, more: Iterable[str] = (), further: Iterable[Indicator] = ()
) -> frozenset[str]:
    """The fields of `record` that are needed under this catalogue; `more` are those that a stream's key or a package's
    checks name, `further` the indicators that packages bring. Of what is declared, and of a package's record type,
    every field is."""
    kinds = RECORDS[record].kinds()
    if record == FIGURE or record not in NETWORK:
        return frozenset(kinds)
    must = {name for name, kind in kinds.items() if kind.need == "R"}
    persons = {name for kind in kinds.values() if isinstance(kind, Identity) for name in (kind.kind_in, *kind.instead)}
    numbers = {name for name, kind in kinds.items() if isinstance(kind, Identity)}
    named = {*_counted_by(record, catalogue, further), *COMPARED.get(record, ())}
    made = {part for name in named for part in MADE_OF.get(name, ())}
    return frozenset(kinds) & {*must, *persons, *numbers, *named, *made, *more}


def _counted_by(record: str, catalogue: Catalogue, further: Iterable[Indicator]) -> Iterator[str]:
    """The names by which indicators count a record; some ask the register what the record of an event lacks."""
    for counted in (one for indicator in (*catalogue.indicators, *further) for one in counted_for(indicator)):
        if record in counted.records or record == "senior":
            yield from _read_by(counted, catalogue)


def _read_by(counted: CountedNumber, catalogue: Catalogue) -> Iterator[str]:
    count = counted.count
    yield from (count.field, count.attributed_by, count.aged_on, *count.once_per)
    for condition in (*count.where, *(count.kept.where if count.kept else ())):
        yield from _named_in(condition)
    if count.kept:
        yield count.kept.on
    for breakdown in counted.breakdowns:
        yield from breakdown.fields.values()
        for dim in breakdown.dims:
            known = catalogue.by_dimension.get(dim)
            if known:
                yield from (known.field, AGE) if known.ages or known.field == "age" else (known.field,)


def _named_in(condition: Condition) -> Iterator[str]:
    yield AGE if condition.field == "age" else condition.field
    yield condition.dated
    if condition.bands:
        yield AGE
