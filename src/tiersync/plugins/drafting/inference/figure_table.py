"""Tables of figures that nobody has mapped yet, with one indicator a column: which column is which indicator."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from tiersync.model.indicator_names import name_key
from tiersync.model.lexicon import IndicatorNames, Lexicon
from tiersync.model.records.figure_column import FIGURE, column_of
from tiersync.plugins.drafting.inference.column_naming import OF_THESE, columns_named
from tiersync.plugins.drafting.inference.infer import Column, Inferred, Proposal, Question, infer, proposal_of
from tiersync.plugins.drafting.inference.naming import Strength, named
from tiersync.plugins.rows.header_rows import paths_of
from tiersync.plugins.rows.headers import WITHIN, Cells, title_of
from tiersync.plugins.values.approximate import names_measure, times_stated
from tiersync.plugins.values.unit_names import UnitNames

BESIDE = ("unit", "period", "value_role")  # What else such a table says of its figures.
PERSONAL = ("id_number", "name")
LONGEST = 100
IN_HUNDREDTHS = re.compile(r"[%％‰]")
NUMERIC = 0.5  # the share of numbers below a header that is worth a question


class HeadedTable(NamedTuple):
    """Where the rows of headers and the columns of a table stand, as far as figures are concerned."""

    titles: Sequence[Cells]
    header_lines: Sequence[Cells]
    columns: Sequence[Column]


def columns_shown(row: Cells, record: str, lexicon: Lexicon) -> int:
    """How many columns of figures the cells of a row surely name; none in a list of persons."""
    cells = [cell for cell in row if cell and len(cell) <= LONGEST]
    if record != FIGURE or any(best.field in PERSONAL for cell in cells for best in named(cell, "senior", lexicon)[:1]
                               if best.strength >= Strength.NEAR):  # fmt: skip
        return 0
    found = (columns_named(cell.split(WITHIN), lexicon.indicators)[:1] for cell in cells)
    return len({best.field for bests in found for best in bests if best.strength >= Strength.NEAR})


def infer_figures(table: HeadedTable, lexicon: Lexicon, units: UnitNames) -> Inferred:
    """What the columns of a table of figures are: indicators, or where no column surely is one, the fields of a
    figure."""
    paths = list(_paths(table))
    claims = [claim for column, path in zip(table.columns, paths, strict=True)
              for claim in _claims(column, path, table, lexicon, units)]  # fmt: skip
    if not any(claim.is_sure for claim in claims):
        return infer(FIGURE, table.columns, lexicon, units)
    taken, questions = _decided(claims)
    spoken_for = {claim.header for claim in (*taken, *(choice for one in questions for choice in one.choices))}
    rest = infer(FIGURE, [column for column in table.columns if column.header not in spoken_for], lexicon, units)
    taken = [*(one for one in rest.taken if one.field in BESIDE), *taken]
    questions = [*(one for one in rest.questions if one.field in BESIDE), *questions]
    mine = {claim.header for claim in taken}
    left = tuple(column.header for column in table.columns if column.header.strip() and column.header not in mine)
    return Inferred(tuple(taken), tuple(questions), left)


def is_declared(name: str, known: IndicatorNames) -> bool:
    """Whether a column of figures is of an indicator that somebody may declare."""
    return column_of(name).indicator in known.names.values()


def left_open(proposal: Proposal, known: IndicatorNames) -> str:
    """The dimension of which the header of a column does not say what part it is, '' where it leaves nothing open."""
    indicator, dims = column_of(proposal.field)
    open_ = known.leaves_open.get(name_key(proposal.header), "")
    return open_ if open_ in known.splits.get(indicator, ()) and not dims else ""


def _paths(table: HeadedTable) -> Iterator[Sequence[str]]:
    """The words of each header from above. One row of headers has none above it; 其中 there speaks of what stands to
    its left."""
    left = ""
    for path in paths_of(table.header_lines):
        if len(path) == 1 and OF_THESE.match(path[0]):
            yield [left, path[0]]
            continue
        left = path[-1] if path else ""
        yield path


def _claims(
    column: Column, path: Sequence[str], table: HeadedTable, lexicon: Lexicon, units: UnitNames
) -> Iterator[Proposal]:
    """The columns of figures that one column may be."""
    for name, strength in columns_named(path, lexicon.indicators):
        found = proposal_of(FIGURE, name, strength, column, lexicon, units)
        if any(map(IN_HUNDREDTHS.search, column.filled)):
            found = found._replace(fits=0.0)
        if strength > Strength.WEAK or found.fits > NUMERIC:
            yield _measured(found, table, lexicon.indicators)


def _measured(found: Proposal, table: HeadedTable, known: IndicatorNames) -> Proposal:
    """A count stays what it is under a title that says 万元 of the money beside it."""
    is_money = column_of(found.field).indicator in known.in_yuan
    if is_money or times_stated(title_of(table.titles)) == 1 or names_measure(found.header):
        return found
    return found._replace(reading={**found.reading, "times": 1})


def _decided(claims: Sequence[Proposal]) -> tuple[list[Proposal], list[Question]]:
    """The columns that one header alone surely is, and questions about those that several may be, or one perhaps."""
    taken: list[Proposal] = []
    questions: list[Question] = []
    for name in dict.fromkeys(claim.field for claim in claims):
        mine = [claim for claim in claims if claim.field == name]
        sure = [claim for claim in mine if claim.is_sure]
        if len(sure) == 1:
            taken.append(sure[0])
        else:
            questions.append(Question(name, "several" if sure else "unsure", tuple(sure or mine)))
    headers = {claim.header for claim in taken}
    open_ = [(one, tuple(choice for choice in one.choices if choice.header not in headers)) for one in questions]
    return taken, [one._replace(choices=choices) for one, choices in open_ if choices]
