"""What is asked of figures side by side, each name looked up."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Literal, NamedTuple

from tiersync.errors import NotAsked, UnknownName
from tiersync.flow.node import Node
from tiersync.model.catalogue import Catalogue
from tiersync.model.form import Form
from tiersync.model.period import Period
from tiersync.model.unit import Tree
from tiersync.rules.comparing.beside import PERCENT
from tiersync.rules.comparing.side_by_side import SHOWS, LinesAsked
from tiersync.store.database import Connection
from tiersync.views.reports.matrix import periods_between

NO_HINT = "See: tiersync indicators list"


class FiguresWanted(NamedTuple):
    """Which indicators from one period to another. Of these `units`, or of those of a `tier` (at or below these units),
    or of those directly `below` one; by default of those directly below this node's. A breakdown is such as sex (each
    of it), sex=1, age_band;sex. The tree is that of each period's end, or of `today`."""

    indicators: tuple[str, ...]
    first: Period
    last: Period
    units: tuple[str, ...] = ()
    tier: str | None = None
    below: str | None = None
    breakdowns: tuple[str, ...] = ()
    form: str | None = None
    shows: tuple[str, ...] = SHOWS[:1]
    as_of: date | None = None
    tree: Literal["then", "now"] = "then"
    today: date = date.max


class FormsAsked(NamedTuple):
    """The form that asks for some indicators, and the flash return that comes before it."""

    form: str
    flash: str = ""


class AskedFigures(NamedTuple):
    """What is shown, the catalogue that each shown period pins and the latest of them, and which form has what."""

    places: LinesAsked
    by: tuple[str, ...]
    pinned: Mapping[Period, Catalogue]
    latest: Catalogue
    tree: Tree
    forms: Mapping[str, FormsAsked]
    own: bool = False  # what units hold themselves, and not their totals
    day: date | None = None  # by whose tree totals are added, where it is not that of each period's end

    def of_form(self, forms: FormsAsked) -> tuple[str, ...]:
        """The indicators that are taken from these forms."""
        return tuple(code for code in self.places.indicators if self.forms[code] == forms)


def look_up(db: Connection, node: Node, wanted: FiguresWanted) -> AskedFigures:
    """What is wanted. Raises UnknownName, UnknownUnit, BadPeriod or NotAsked."""
    periods = tuple(periods_between(wanted.first, wanted.last))
    pinned = {one: node.catalogue_for(db, one) for one in periods}
    of = {code: _catalogue_of(pinned, code) for code in dict.fromkeys(wanted.indicators)}
    _check_breakdowns(pinned[periods[-1]], wanted.breakdowns)
    forms = {code: forms_of(catalogue, code, wanted.form, periods[0]) for code, catalogue in of.items()}
    tree = node.tree(db)
    units = units_of(tree, node.home, wanted, pinned[periods[-1]])
    in_points = frozenset(code for code, catalogue in of.items() if catalogue.by_code[code].measured_in == PERCENT)
    by = tuple(dict.fromkeys(map(_ordered, wanted.breakdowns or ("",))))
    plain = tuple(one for one in by if all("=" in part for part in one.split(";") if part))
    places = LinesAsked(tuple(of), in_points, plain, units, frozenset(wanted.shows))
    day = wanted.today if wanted.tree == "now" else None
    return AskedFigures(places, by, pinned, pinned[periods[-1]], tree, forms, day=day)


def _ordered(breakdown: str) -> str:
    return ";".join(sorted(filter(None, breakdown.split(";"))))


def _day(wanted: FiguresWanted, period: Period) -> date:
    return wanted.today if wanted.tree == "now" else period.last_day


def _catalogue_of(pinned: Mapping[Period, Catalogue], code: str) -> Catalogue:
    found = next((one for one in reversed(list(pinned.values())) if code in one.by_code), None)
    if found is None:
        raise UnknownName(what="indicator", name=code, hint=NO_HINT)
    return found


def _check_breakdowns(catalogue: Catalogue, breakdowns: Iterable[str]) -> None:
    dims = {part.partition("=")[0] for one in breakdowns for part in one.split(";") if part}
    for dim in sorted(dims - catalogue.by_dimension.keys()):
        raise UnknownName(what="dimension", name=dim, hint=f"There are: {', '.join(sorted(catalogue.by_dimension))}")


def forms_of(catalogue: Catalogue, indicator: str, form: str | None, period: Period) -> FormsAsked:
    """The form that asks for an indicator of such a period, and its flash return. Raises NotAsked where none does, and
    UnknownName for a form that nobody has."""
    if form:
        return FormsAsked(catalogue.form(form).code, _flash_of(catalogue.forms, form, indicator))
    asking = [one for one in catalogue.forms if one.period == period.kind and indicator in one.entries]
    if not asking:
        having = ", ".join(f"{one.code} ({one.period})" for one in catalogue.forms if indicator in one.entries)
        raise NotAsked(period=f"{period} {indicator}", forms=having or "—")
    final = next((one for one in asking if not one.flash_of), asking[0])
    return FormsAsked(final.code, _flash_of(asking, final.code, indicator))


def _flash_of(forms: Iterable[Form], code: str, indicator: str) -> str:
    return next((one.code for one in forms if one.flash_of == code and indicator in one.entries), "")


def units_of(tree: Tree, home: str, wanted: FiguresWanted, catalogue: Catalogue) -> dict[Period, dict[str, str]]:
    """The units that are shown in each period, each with its parent. Raises UnknownUnit and UnknownName."""
    found = dict[Tree, dict[str, str]]()
    on = {one: tree.on(_day(wanted, one)) for one in periods_between(wanted.first, wanted.last)}
    for then in on.values():  # The same tree for most periods.
        if then not in found:
            found[then] = _units(tree, then, home, wanted, catalogue)
    return {period: found[then] for period, then in on.items()}


def _units(whole: Tree, tree: Tree, home: str, wanted: FiguresWanted, catalogue: Catalogue) -> dict[str, str]:
    if wanted.tier is not None:
        codes = _of_tier(whole, tree, wanted.units or (home,), wanted.tier, catalogue)
    elif wanted.units:
        codes = [code for code in wanted.units if whole[code].code in tree]
    else:
        upper = whole[wanted.below or home].code
        codes = tree.children(upper) if upper in tree else []
        codes = codes or ([upper] if upper in tree and not wanted.below else [])
    return {code: tree[code].parent or "" for code in codes}


def _of_tier(whole: Tree, tree: Tree, units: Iterable[str], tier: str, catalogue: Catalogue) -> list[str]:
    if tier not in catalogue.tiers:
        raise UnknownName(what="tier", name=tier, hint=f"There are: {', '.join(catalogue.tiers)}")
    uppers = [code for code in units if whole[code].code in tree]
    return [code for upper in uppers for code in tree.within(upper) if tree[code].tier == tier]
