"""A small network under review: forms of numbered rows, and frames of cells."""

from collections.abc import Iterable, Mapping
from datetime import date

import polars as pl

from tests.rules.small_catalogue import TIERS, tree_units
from tiersync.model.catalogue import Catalogue
from tiersync.model.form import Form, Rule
from tiersync.model.indicator import Indicator
from tiersync.model.period import Period
from tiersync.rules.counting.aggregate import COLUMNS
from tiersync.rules.review.columns import NO_CELLS, Figures
from tiersync.rules.review.found import Review
from tiersync.rules.review.judge import Exemption, Reviewed, judge

UNIT, OTHER = "379901001001", "379901001002"
CITY = "379900000000"
Values = Mapping[str, object]
OF_CELL = {name: pl.Int64 if name in ("value", "scale", "expected", "present") else pl.String for name in COLUMNS}


def declared(code: str, **more: object) -> Indicator:
    """A declared figure that everybody enters."""
    told = {"code": code, "zh": f"指标{code}", "en": f"figure {code}", "record": "figure", "measure": "declared"}
    told |= {"kind": "stock", "periods": ("M", "Q", "Y"), "measured_in": "人", "entered": TIERS}
    return Indicator.model_validate(told | more)


def form(code: str, indicators: Iterable[Indicator], **more: object) -> Form:
    """A form of which everybody enters everything."""
    told = {"code": code, "zh": code, "en": code, "period": "Q", "entries": {one.code: TIERS for one in indicators}}
    return Form.model_validate(told | more)


def rows_form(
    rows: Mapping[str, str], table: int = 0, code: str = "rows", period: str = "Q", **of: Mapping[str, object]
) -> tuple[Form, list[Indicator]]:
    """A form with a figure at each place, called as `rows` says; `of` says more of the figure at a place."""
    names = {place: f"X{table}{number:02}" for number, place in enumerate(rows)}
    figures = [declared(names[place], zh=zh, en=zh, **of.get(f"row{place}", {})) for place, zh in rows.items()]
    return form(code, figures, table=table, places=names, period=period), figures


def rule(*relations: str, code: str = "V02", template: str = "subset", **more: object) -> Rule:
    """A hard rule of these relations."""
    told = {"code": code, "template": template, "severity": "hard", "zh": code, "en": code, "relations": relations}
    return Rule.model_validate(told | more)


def catalogue(
    indicators: Iterable[Indicator], rules: Iterable[Rule], forms: Iterable[Form], communities: int = 2
) -> Catalogue:
    """A catalogue of these over a street of so many communities."""
    return Catalogue(
        number=1, top=CITY, tiers=TIERS, units=tree_units(1, 1, communities), codes={}, dimensions=(),
        indicators=tuple(indicators), forms=tuple(forms), rules=tuple(rules),
    )  # fmt: skip


def cells(values: Mapping[tuple[str, str] | tuple[str, str, str], object], **more: object) -> pl.DataFrame:
    """Declared cells: (unit, indicator[, breakdown]) -> value; a tuple is value and scale, None is missing."""
    rows = []
    for key, told in values.items():
        unit, indicator, breakdown, measure = (*key, "", "")[:4] if len(key) < 4 else key
        value, scale = told if isinstance(told, tuple) else (told, 0)
        known = value is not None
        row = {
            "unit": unit,
            "indicator": indicator,
            "breakdown": breakdown,
            "measure": measure or "value",
            "value": value,
        }
        row |= {"scale": scale, "status": "ok" if known else "missing", "basis": "declared", "expected": 1}
        rows.append(row | {"present": int(known), "bounds": ""} | more)
    return pl.DataFrame(rows, schema=OF_CELL | ({"part": pl.String} if "part" in more else {}))


def at_places(asked: Form, values: Mapping[str, object], unit: str = UNIT, **more: object) -> pl.DataFrame:
    """The cells of one unit by the places of a form."""
    return cells({(unit, asked.places[place]): value for place, value in values.items()}, **more)


def review(
    told: Catalogue, asked: Form, figures: pl.DataFrame | Figures, period: str = "2013-Q2",
    exemptions: tuple[Exemption, ...] = (), today: date = date(2013, 7, 5),
) -> Reviewed:  # fmt: skip
    """What review says of them."""
    held = figures if isinstance(figures, Figures) else Figures(figures, NO_CELLS)
    return judge(Review(told, asked, Period(period), today), held, exemptions)


def said(found: Reviewed) -> list[tuple[str, str, str, str, str]]:
    """Each finding as rule, left, operator, right and difference."""
    return found.findings.select("rule", "left", "op", "right", "difference").rows()
