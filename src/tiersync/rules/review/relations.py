"""Reports against the relations of a rule: which break them, and which cannot be checked."""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

import polars as pl

from tiersync.model.form import HALF_A_UNIT, Rule
from tiersync.model.relations.places import CellMeant
from tiersync.rules.review.columns import PLACES, Spread
from tiersync.rules.review.exact import Extent, evaluate, is_broken, of_number
from tiersync.rules.review.linear import as_sum, broken
from tiersync.rules.review.links import Link

SKIPPED, AS_ZERO, NO_VALUE, UNREADABLE = "skipped", "as_zero", "no_value", "unreadable"


class Broken(NamedTuple):
    """A link that a report breaks: what its two sides come to, and what each of its cells holds."""

    report: int
    link: Link
    left: Fraction
    right: Fraction
    values: dict[CellMeant, Extent]


class Outcome(NamedTuple):
    """What breaks, and frames of what was not checked, or with nothing in place of what is missing: UNCHECKED."""

    broken: list[Broken]
    unchecked: list[pl.DataFrame]


UNCHECKED = {"report": pl.UInt32, "relation": pl.String, "why": pl.String, "missing": pl.String}


def cells_of(links: Iterable[Link]) -> list[CellMeant]:
    """The cells that some links compare."""
    return [cell for link in links for cell in link.cells]


def compare(rule: Rule, links: Sequence[Link], conditions: Sequence[Link], held: Spread) -> Outcome:
    """What `links` of `rule` find in the reports of which all `conditions` hold. A condition of which something is
    missing holds nowhere."""
    found = Outcome([], [])
    judged = _reports_where(rule, conditions, held) if conditions else None
    for link in links:
        _compare(rule, link, held, judged, found)
    return found._replace(unchecked=_coarsest(links, found.unchecked))


def _coarsest(links: Sequence[Link], unchecked: list[pl.DataFrame]) -> list[pl.DataFrame]:
    """Without the breakdowns of which the total was not checked either."""
    frame = pl.concat([pl.DataFrame(schema=UNCHECKED), *unchecked])
    whole = frame.filter(~pl.col("missing").str.contains("=", literal=True))
    finer = frame.filter(pl.col("missing").str.contains("=", literal=True))
    return [whole, finer.join(whole, on=["report", "relation"], how="anti", maintain_order="left")]


def _reports_where(rule: Rule, conditions: Sequence[Link], held: Spread) -> set[int]:
    """The reports in which every condition is known and holds."""
    reports = set(range(held.reports.height))
    plain = rule.model_copy(update={"tolerance": "", "missing": "skip", "floor": ""})
    for link in conditions:
        found = Outcome([], [])
        stands = _concerned(link, held)
        _compare(plain, link, held, None, found)
        unknown = {report for frame in found.unchecked for report in frame["report"]}
        reports &= set(stands.arg_true().to_list()) - {one.report for one in found.broken} - unknown
    return reports


def _concerned(link: Link, held: Spread) -> pl.Series:
    """Whether each report has all cells of a link that are its own, and a value in one of them."""
    own = [held.of(cell) for cell in link.cells if not cell.form and not cell.time]
    flags = pl.DataFrame(
        [one["scale"].is_not_null().alias(f"is {place}") for place, one in enumerate(own)]
        + [one["value"].is_not_null().alias(f"said {place}") for place, one in enumerate(own)]
    )
    return flags.select(pl.all_horizontal("^is .*$") & pl.any_horizontal("^said .*$")).to_series()


def _compare(rule: Rule, link: Link, held: Spread, judged: set[int] | None, found: Outcome) -> None:
    """Put what one link finds into `found`."""
    state = pl.DataFrame(
        [held.of(cell)["value"].is_null().alias(f"lacks {place}") for place, cell in enumerate(link.cells)]
        + [(~held.of(cell)["exact"]).fill_null(False).alias(f"rough {place}") for place, cell in enumerate(link.cells)]
    ).with_columns(concerned=_concerned(link, held), lacks=pl.any_horizontal("^lacks .*$"))
    numbered = state.with_row_index("report").filter("concerned")
    if judged is not None:
        numbered = numbered.filter(pl.col("report").is_in(sorted(judged)))
    lacking = numbered.filter("lacks")
    if lacking.height:
        _note_lacking(rule, link, lacking, found)
    takes_zero = rule.missing == "zero"
    checked = numbered if takes_zero else numbered.filter(~pl.col("lacks"))
    for report in _suspect(rule, link, held, checked):
        _compare_exactly(rule, link, held, report, found)


def _note_lacking(rule: Rule, link: Link, lacking: pl.DataFrame, found: Outcome) -> None:
    names = [
        pl.when(f"lacks {place}").then(pl.lit(name)) for place, name in enumerate(said_cells(link.cells))
    ]
    why = AS_ZERO if rule.missing == "zero" else SKIPPED
    found.unchecked.append(
        lacking.select(
            "report", relation=pl.lit(link.relation), why=pl.lit(why),
            missing=pl.concat_str(names, separator=" ", ignore_nulls=True),
        )
    )  # fmt: skip


def _suspect(rule: Rule, link: Link, held: Spread, checked: pl.DataFrame) -> list[int]:
    """The reports that have to be looked at one by one: those that break a sum, and of anything else all."""
    added = None if rule.tolerance == HALF_A_UNIT else as_sum(link, tolerance := Fraction(rule.tolerance or 0))
    if added is None:
        return checked["report"].to_list()
    wrong = broken(added, link.judged.op, tolerance, held).fill_null(True)
    rough = pl.any_horizontal("^rough .*$") | pl.col("report").is_in(wrong.arg_true().implode())
    return checked.filter(rough)["report"].to_list()


def _compare_exactly(rule: Rule, link: Link, held: Spread, report: int, found: Outcome) -> None:
    values = {cell: _extent(held, cell, report) for cell in link.cells}
    left, right = (evaluate(side, values) for side in (link.judged.left, link.judged.right))
    if left is None or right is None:
        found.unchecked.append(pl.DataFrame([(report, link.relation, NO_VALUE, "")], UNCHECKED, orient="row"))
    elif is_broken(left, link.judged.op, right, _tolerance(rule, link, held, report)):
        if max(abs(left.value), abs(right.value)) >= Fraction(rule.floor or 0):
            found.broken.append(Broken(report, link, left.value, right.value, values))


def _tolerance(rule: Rule, link: Link, held: Spread, report: int) -> Fraction:
    if rule.tolerance != HALF_A_UNIT:
        return Fraction(rule.tolerance or 0)
    scale = held.of(link.cells[0])["scale"][report] or 0
    return Fraction(1, 2 * 10**scale)


def _extent(held: Spread, cell: CellMeant, report: int) -> Extent:
    value, low, high, scale, _ = held.of(cell).row(report)
    if value is None:
        return of_number(Fraction(0))
    unit = 10 ** max(scale, PLACES)
    ends = (None if end is None else Fraction(end, unit) for end in (low, high))
    return Extent(Fraction(value, unit), *ends)


def said_cells(cells: Iterable[CellMeant]) -> Iterator[str]:
    """How cells are named where nobody wrote them: P05[sex=1]."""
    for cell in cells:
        split = ";".join(part for part in (cell.breakdown, cell.measure * (cell.measure != "value")) if part)
        yield f"{cell.time}{cell.form and cell.form + ':'}{cell.indicator}{split and f'[{split}]'}"
