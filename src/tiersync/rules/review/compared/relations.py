"""Reports against the relations of a rule: which break them, and which cannot be checked."""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

import polars as pl

from tiersync.model.form import HALF_A_UNIT, Rule
from tiersync.model.relations.notation import CellMeant
from tiersync.rules.review.columns import PLACES, Spread
from tiersync.rules.review.compared.exact import Extent, evaluate, is_broken, of_number
from tiersync.rules.review.compared.linear import as_sum, broken
from tiersync.rules.review.compared.links import Link

LOOK, LACKS, LACKS_ONE = 1, 2, 3
SKIPPED, AS_ZERO, NO_VALUE, UNREADABLE = "skipped", "as_zero", "no_value", "unreadable"


class Broken(NamedTuple):
    """A link that a report breaks: what its two sides come to, and what each of its cells holds."""

    report: int
    link: Link
    left: Fraction
    right: Fraction
    values: dict[CellMeant, Extent]


class LinksCompared(NamedTuple):
    """What breaks, and frames of what was not checked, or with nothing in place of what is missing: UNCHECKED."""

    broken: list[Broken]
    unchecked: list[pl.DataFrame]


UNCHECKED = {"report": pl.UInt32, "relation": pl.String, "why": pl.String, "missing": pl.String}


def cells_of(links: Iterable[Link]) -> list[CellMeant]:
    """The cells that some links compare."""
    return [cell for link in links for cell in link.cells]


def compare(rule: Rule, links: Sequence[Link], conditions: Sequence[Link], held: Spread) -> LinksCompared:
    """What `links` of `rule` find in the reports of which all `conditions` hold. A condition of which something is
    missing holds nowhere."""
    judged = _reports_where(rule, conditions, held) if conditions else None
    found = _compare(rule, links, held, judged)
    return found._replace(unchecked=_coarsest(found.unchecked))


def _coarsest(unchecked: list[pl.DataFrame]) -> list[pl.DataFrame]:
    """Without the breakdowns of which the total was not checked either."""
    frame = pl.concat([pl.DataFrame(schema=UNCHECKED), *unchecked])
    whole = frame.filter(~pl.col("missing").str.contains("=", literal=True))
    finer = frame.filter(pl.col("missing").str.contains("=", literal=True))
    return [whole, finer.join(whole, on=["report", "relation"], how="anti", maintain_order="left")]


def _reports_where(rule: Rule, conditions: Sequence[Link], held: Spread) -> set[int]:
    """The reports in which every condition is known and holds."""
    plain = rule.model_copy(update={"tolerance": "", "missing": "skip", "floor": ""})
    found = _compare(plain, conditions, held, None)
    fails = {one.report for one in found.broken} | {report for frame in found.unchecked for report in frame["report"]}
    concerned = held.wide.select(_concerned(link, held) for link in _numbered(conditions).values())
    stands = concerned.select(pl.all_horizontal(pl.all())).to_series().arg_true().to_list()
    return set(stands) - fails


def _numbered(links: Sequence[Link]) -> dict[str, Link]:
    return {str(place): link for place, link in enumerate(links)}


def _concerned(link: Link, held: Spread) -> pl.Expr:
    """Whether each report has all cells of a link that are its own, and a value in one of them."""
    own = [cell for cell in link.cells if not cell.form and not cell.time]
    are_there = pl.all_horizontal(held.named(cell, "scale").is_not_null() for cell in own)
    return (are_there & pl.any_horizontal(held.named(cell, "value").is_not_null() for cell in own)).alias(str(id(link)))


def _compare(rule: Rule, links: Sequence[Link], held: Spread, judged: set[int] | None) -> LinksCompared:
    """What some links find in the reports `judged`, None for all. The others cost nothing."""
    numbered, found = _numbered(links), LinksCompared([], [])
    states = held.wide.select(_state(rule, link, held).alias(name) for name, link in numbered.items())
    odd = states.with_row_index("report").unpivot(index="report", variable_name="link").filter(pl.col("value") > 0)
    if judged is not None:
        odd = odd.filter(pl.col("report").is_in(sorted(judged)))
    for (name,), rows in odd.partition_by("link", as_dict=True, maintain_order=True).items():
        link, lacks = numbered[str(name)], pl.col("value").is_in([LACKS, LACKS_ONE])
        lacking = rows.filter(lacks)["report"]
        if len(lacking):
            found.unchecked.append(_lacking(rule, link, held, lacking))
        for report in rows.filter(pl.col("value") != LACKS)["report"]:
            _compare_exactly(rule, link, held, report, found)
    return found


def _state(rule: Rule, link: Link, held: Spread) -> pl.Expr:
    """Of each report: 0 where the link holds or is not about it, LACKS where it is not checked, else LOOK, to be looked
    at by itself: what breaks a sum, what is no sum or not exact, and what is taken for none (LACKS_ONE)."""
    values = {cell: held.named(cell, "value") for cell in link.cells}
    lacks = pl.any_horizontal(value.is_null() for value in values.values())
    rough = pl.any_horizontal(~held.named(cell, "exact").fill_null(True) for cell in link.cells)
    tolerance = Fraction(0 if rule.tolerance == HALF_A_UNIT else rule.tolerance or 0)
    added = None if rule.tolerance == HALF_A_UNIT else as_sum(link, tolerance)
    wrong = pl.lit(True) if added is None else broken(added, link.judged.op, tolerance, values)
    looked = pl.when(wrong | rough).then(LOOK).otherwise(0)
    state = pl.when(lacks).then(LACKS_ONE if rule.missing == "zero" else LACKS).otherwise(looked)
    return pl.when(_concerned(link, held)).then(state).otherwise(0).cast(pl.UInt8)


def _lacking(rule: Rule, link: Link, held: Spread, reports: pl.Series) -> pl.DataFrame:
    """The reports in which something is missing, with its names."""
    names = [
        pl.when(held.named(cell, "value").is_null()).then(pl.lit(name))
        for cell, name in zip(link.cells, said_cells(link.cells), strict=True)
    ]
    why = AS_ZERO if rule.missing == "zero" else SKIPPED
    return held.wide[reports].select(
        report=reports, relation=pl.lit(link.relation), why=pl.lit(why),
        missing=pl.concat_str(names, separator=" ", ignore_nulls=True),
    )  # fmt: skip


def _compare_exactly(rule: Rule, link: Link, held: Spread, report: int, found: LinksCompared) -> None:
    values = {cell: _extent(held, cell, report) for cell in link.cells}
    left, right = (evaluate(side, values) for side in (link.judged.left, link.judged.right))
    if left is None or right is None:
        found.unchecked.append(pl.DataFrame([(report, link.relation, NO_VALUE, "")], UNCHECKED, orient="row"))
        return
    is_small = max(abs(left.value), abs(right.value)) < Fraction(rule.floor or 0)
    if not is_small and is_broken(left, link.judged.op, right, _tolerance(rule, link, held, report)):
        found.broken.append(Broken(report, link, left.value, right.value, values))


def _tolerance(rule: Rule, link: Link, held: Spread, report: int) -> Fraction:
    if rule.tolerance != HALF_A_UNIT:
        return Fraction(rule.tolerance or 0)
    scale = held.at(link.cells[0], report)["scale"] or 0
    return Fraction(1, 2 * 10**scale)


def _extent(held: Spread, cell: CellMeant, report: int) -> Extent:
    told = held.at(cell, report)
    if told["value"] is None:
        return of_number(Fraction(0))
    unit = 10 ** max(told["scale"], PLACES)
    ends = (None if told[end] is None else Fraction(told[end], unit) for end in ("low", "high"))
    return Extent(Fraction(told["value"], unit), *ends)


def said_cells(cells: Iterable[CellMeant]) -> Iterator[str]:
    """How cells are named where nobody wrote them: P05[sex=1]."""
    for cell in cells:
        split = ";".join(part for part in (cell.breakdown, cell.measure * (cell.measure != "value")) if part)
        yield f"{cell.time}{cell.form and cell.form + ':'}{cell.indicator}{split and f'[{split}]'}"
