"""Whether a sample has a row that could be read: headers alone say nothing of what stands below them."""

from collections.abc import Collection, Iterator, Sequence

from tiersync.errors import BadSource
from tiersync.model.records.figure_column import is_column
from tiersync.model.records.kinds import Identity, UnitRef
from tiersync.model.records.record import RECORDS
from tiersync.plugins.drafting.found_table import FoundTable
from tiersync.plugins.drafting.inference.infer import Proposal
from tiersync.plugins.folder.stream import LABELS
from tiersync.plugins.kinds.files import shown_name


def refuse_blank(found: FoundTable, file: str) -> None:
    """Raise BadSource where nothing at all stands below the headers: nobody need be asked about its columns."""
    if not found.below:
        raise _no_row(found, file, "", "内容")


def refuse_unfilled(
    record: str, taken: Sequence[Proposal], constants: Collection[str], found: FoundTable, file: str
) -> None:
    """Raise BadSource where every row below the headers lacks what a record needs, so that none would count."""
    columns = [one for one in taken if one.header not in LABELS]
    said = {*constants, *(one.field for one in taken if one.header in LABELS)}
    needed = [one for one in columns if _is_needed(record, one.field)] or columns
    wanted = {one.field for one in needed}
    if not any(_is_readable(record, filled, filled | said, wanted) for filled in _filled_fields(columns, found)):
        shown = "、".join(dict.fromkeys(header for one in needed for header in one.headers))
        raise _no_row(found, file, shown, shown)


def _no_row(found: FoundTable, file: str, under: str, lacks: str) -> BadSource:
    row, where = found.header_row + 1, f" under {under}" if under else ""
    return BadSource(
        place=f"{shown_name(file)} {found.table.sheet}".strip(),
        why_en=f"the headers stand in row {row}, and no row below them is filled in{where}",
        why_zh=f"第 {row} 行是表头，下面没有一行填写了{lacks}",
        turn_en="Take a sample with at least one filled row",
        turn_zh="请换用至少填写了一行的样本",
    )


def _is_needed(record: str, field: str) -> bool:
    kind = RECORDS[record].kinds().get(field)
    return is_column(record, field) or isinstance(kind, Identity) or (kind is not None and kind.need == "R")


def _filled_fields(columns: Sequence[Proposal], found: FoundTable) -> Iterator[set[str]]:
    """For each row the fields under whose headers something stands."""
    cells = {column.header: column.cells for column in reversed(found.columns)}
    named = [(one.field, cells[header]) for one in columns for header in one.headers]
    for at in range(len(found.below)):
        yield {field for field, below in named if (below[at] or "").strip()}


def _is_readable(record: str, filled: set[str], row: set[str], wanted: set[str]) -> bool:
    """Whether a row says more than its unit, and all that is wanted of it; of several figures one is enough."""
    kinds = RECORDS[record].kinds()
    figures = {field for field in wanted if is_column(record, field)}
    says_more = any(not isinstance(kinds.get(field), UnitRef) for field in filled)
    lacking = wanted - row - (figures if figures & row else set())
    return says_more and all(_stands_for(kinds.get(field), row) for field in lacking)


def _stands_for(kind: object, row: set[str]) -> bool:
    """Whether a row tells its person without a number."""
    return isinstance(kind, Identity) and bool(kind.instead) and row.issuperset(kind.instead)
