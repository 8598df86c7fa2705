"""Snapshots for tests of counting: five units under the packaged catalogue, and rows as a snapshot has them."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import polars as pl

from tiersync.config.packaged import packaged_catalogue
from tiersync.model.cell import Cell
from tiersync.model.period import Period, Span
from tiersync.model.records.field import CheckContext
from tiersync.model.records.record import RECORDS
from tiersync.model.spoken import Spoken
from tiersync.model.unit import Unit
from tiersync.rules.counting.aggregate import aggregate
from tiersync.rules.rows.columns import dtype_of
from tiersync.rules.rows.project import net_amount, recovered
from tiersync.rules.sources.sources import Sources

CITY, DISTRICT, STREET = "379900000000", "379901000000", "379901001000"
COMMUNITY, VILLAGE, ELSEWHERE = "379901001001", "379901001201", "379902001001"
UNITS = (
    Unit(code=CITY, name="市", parent=None, tier="city"),
    Unit(code=DISTRICT, name="区", parent=CITY, tier="district"),
    Unit(code=STREET, name="街道", parent=DISTRICT, tier="street"),
    Unit(code=COMMUNITY, name="社区", parent=STREET, tier="community", kind="residents_committee"),
    Unit(code=VILLAGE, name="村", parent=STREET, tier="community", kind="village_committee"),
)
CATALOGUE = packaged_catalogue(CITY, UNITS)
YEAR, QUARTER = Period("2013"), Period("2013-Q4")
CONTEXT = CheckContext(CATALOGUE.code_sets, date(2014, 1, 31), frozenset(), frozenset())
FORMS = {"Y": "aging-year", "Q": "aging-quarter"}
MADE = {"person_key": pl.String, "birth_date": pl.Date, "counts": pl.Boolean}
DEFAULTS: dict[str, dict[str, object]] = {
    "senior": {
        "birth_date": date(1940, 6, 1), "sex": "1", "residence_unit": COMMUNITY, "life_status": "1", "counts": True,
    },
    "benefit": {"unit": COMMUNITY, "status": "active"},
    "activity": {"unit": COMMUNITY, "kind": "event", "start_at": date(2013, 10, 13), "sessions": 1},
    "service": {"unit": COMMUNITY, "kind": "visit", "done_on": date(2013, 10, 13), "times": 1},
    "facility": {"unit": COMMUNITY, "facility_type": "canteen", "status": "active"},
    "association": {"unit": COMMUNITY, "status": "active"},
    "figure": {"unit": COMMUNITY, "period": "2013"},
}  # fmt: skip

Sheet = dict[tuple[str, str, str, str], Cell]


def rows(record: str, *given: dict[str, object]) -> pl.DataFrame:
    """A snapshot of `record`: each row its defaults and what is given; every column there and typed."""
    kinds = RECORDS[record].kinds()
    schema = {name: dtype_of(kind, CONTEXT) for name, kind in kinds.items() if kind.in_snapshot}
    if "id_number" in kinds:
        schema |= {name: kind for name, kind in MADE.items() if name != "counts" or record == "senior"}
    frame = pl.DataFrame([dict.fromkeys(schema) | DEFAULTS[record] | row for row in given], schema=schema)
    return frame.with_columns(recovered=recovered(), net_amount=net_amount()) if record == "benefit" else frame


def seniors(*given: dict[str, object]) -> pl.DataFrame:
    """Seniors, each a person of their own unless they say otherwise."""
    return rows("senior", *({"person_key": f"person {number}"} | row for number, row in enumerate(given)))


def count(
    frames: dict[str, pl.DataFrame],
    period: Period = YEAR,
    units: Iterable[str] = (COMMUNITY, VILLAGE),
    nil: Iterable[str] = (),
) -> Sheet:
    """The cells of the form for `period`, by unit, indicator, breakdown and measure."""
    return count_by(frames, speaking(frames, nil=nil), period, units)


def count_by(
    frames: dict[str, pl.DataFrame],
    sources: Sources,
    period: Period = YEAR,
    units: Iterable[str] = (COMMUNITY, VILLAGE),
) -> Sheet:
    """The same, for streams that speak for no more than `sources` say."""
    form = CATALOGUE.form(FORMS[period.kind])
    cells = aggregate(CATALOGUE, form, period, list(units), frames, sources)
    return {(unit, *row[:3]): Cell(*row) for unit, *row in cells.iter_rows()}


def speaking(frames: Iterable[str], nil: Iterable[str] = (), home: str = STREET) -> Sources:
    """Streams that speak for every unit here, for all of 2013, by every field there is; what there is nothing of, there
    is nothing of at the community."""
    spoken = tuple(whole(record) for record in frames if record in RECORDS)
    nils = frozenset(nil)
    return Sources(COMMUNITY if nils else home, spoken, nils, within={CITY: frozenset(one.code for one in UNITS)})


def whole(record: str, **told: Any) -> Spoken:
    """A stream that speaks for the whole city by every field, but for what is told otherwise."""
    fields = frozenset(RECORDS[record].model_fields)
    spans = (Span(date(2012, 1, 1), date(2014, 1, 31)),)
    given = {
        "stream": f"a/{record}", "record": record, "unit": CITY, "covers": "all", "fields": fields,
        "as_of": date(2014, 1, 31), "since": date(2012, 1, 1), "spans": spans,
    }  # fmt: skip
    return Spoken.model_validate(given | told)


def values(sheet: Sheet, indicator: str, dim: str = "", unit: str = COMMUNITY) -> dict[str, Any]:
    """The cells above zero of one indicator and breakdown; the total is ''."""
    return {
        breakdown: cell.value
        for (of, code, breakdown, measure), cell in sheet.items()
        if (of, code, measure) == (unit, indicator, "value") and dims_of(breakdown) == dim and cell.value
    }


def dims_of(breakdown: str) -> str:
    """The dimensions of a breakdown: `age_band;sex`."""
    return ";".join(part.partition("=")[0] for part in breakdown.split(";"))


def total(sheet: Sheet, indicator: str, unit: str = COMMUNITY) -> int | None:
    """The total of one indicator."""
    return sheet[unit, indicator, "", "value"].value


def pair(sheet: Sheet, ratio: str, breakdown: str = "", unit: str = COMMUNITY) -> tuple[int | None, int | None]:
    """Numerator and denominator of a ratio."""
    return sheet[unit, ratio, breakdown, "numerator"].value, sheet[unit, ratio, breakdown, "denominator"].value
