"""In which rows of a table its headers stand, and what they say together: cells of several rows join, as merged cells
read."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from tiersync.model.lexicon import plain
from tiersync.plugins.drafting.inference.naming import OTHERS
from tiersync.plugins.rows.headers import ROWS_SEARCHED, WITHIN, Cells, Fields, fields_shown

MOST_JOINED = 3  # rows
LONGEST = 30  # characters of a cell that may stand above headers; what is longer is a sentence
A_YEAR = re.compile(r"(19|20)[0-9]{2}年?度?")
AGES = re.compile(r"[0-9]{2,3}(周?岁)?([-~～—–至到][0-9]{2,3}(周?岁)?|[及含（()）]*以上|\+)[^0-9]*")  # of figures below
DIGITS = re.compile(r"[0-9]")
A_LINE_OF_ITS_OWN = re.compile(r"[:：]|年\s*月\s*日|^单位\s*[(（]")
SIGNED = re.compile(r"^(填表|填报|制表|报送|审核)")  # Among many headers 审核人 is one of them.
MOST_SIGNED = 3  # cells of a row about who filed a table
VAGUE = frozenset({"总数", "合计", "小计", "总计", "人数", "数量", "男", "女", "名称", "类型", "类别", "编号"})
"""Of what, the words above them say."""

Shown = Callable[[Cells], int]
"""How many fields a row of headers names."""


class HeaderRows(NamedTuple):
    """Headers that stand in the rows `first` to `last` (from 0), joined, and how many fields they name."""

    first: int
    last: int
    cells: tuple[str | None, ...]
    shown: int


def find_header_rows(rows: Sequence[Cells], shown: Shown, fixed: int = 0) -> HeaderRows:
    """The row that names most fields, or the one that is `fixed` (from 1), with the rows above and below it that are
    headers with it."""
    counts = {at: count for at, row in enumerate(rows[:ROWS_SEARCHED]) if (count := shown(row))}
    likely = [fixed - 1] if fixed else sorted(counts, key=lambda at: -counts[at]) or [0]
    found = [_around(rows, at, shown) for at in likely if at < len(rows)]
    return max(found, key=lambda headers: headers.shown, default=HeaderRows(likely[0], likely[0], (), 0))


def _around(rows: Sequence[Cells], at: int, shown: Shown) -> HeaderRows:
    """The headers of which one row is a part."""
    best = _headers(rows, at, at, shown)
    for first in range(at - 1, max(-1, at - MOST_JOINED), -1):
        wider = _headers(rows, first, at, shown)
        if not _may_join(rows[first]) or not (_is_above(rows[first], rows[first + 1]) or wider.shown > best.shown):
            break
        best = wider
    for last in range(at + 1, min(best.first + MOST_JOINED, len(rows))):
        if _is_data(rows[last]):
            break
        lower = _headers(rows, best.first, last, shown)
        best = lower if lower.shown > best.shown or _is_below(rows[last], rows[last - 1]) else best
    return best


def find_mapped(rows: Sequence[Cells], fields: Fields, fixed: int = 0) -> HeaderRows:
    """The same of a table whose mapping is known."""
    return find_header_rows(rows, lambda cells: fields_shown(cells, fields), fixed)


def joined(rows: Sequence[Cells]) -> tuple[str | None, ...]:
    """What rows of headers say together. A column is called by its lowest word where no other column has that and the
    words above it speak of nobody else; else by all its words."""
    if len(rows) == 1:
        return tuple(rows[0])
    paths = paths_of(rows)
    lowest = Counter(plain(path[-1]) for path in paths if path)
    return tuple(_called(path, lowest[plain(path[-1])] == 1) if path else None for path in paths)


def _called(path: Sequence[str], is_unique: bool) -> str:
    is_clear = is_unique and plain(path[-1]) not in VAGUE and not OTHERS.search(plain("".join(path[:-1])))
    return path[-1] if is_clear else WITHIN.join(path)


def _headers(rows: Sequence[Cells], first: int, last: int, shown: Shown) -> HeaderRows:
    """The rows as headers. A lowest word may name nothing without those above it: 高龄津贴 > 人数."""
    cells, whole = joined(rows[first : last + 1]), [WITHIN.join(path) for path in paths_of(rows[first : last + 1])]
    return HeaderRows(first, last, cells, shown(cells) if first == last else max(shown(cells), shown(whole)))


def paths_of(rows: Sequence[Cells]) -> list[list[str]]:
    """The words of each column from above; a cell with words below it reaches over the blanks to its right, as far as
    something stands below them and nothing new above them."""
    grid = [[(cell or "").strip() for cell in row] for row in rows]
    width = max(map(len, grid))
    grid = [row + [""] * (width - len(row)) for row in grid]
    paths: list[list[str]] = [[] for _ in range(width)]
    for level in range(len(grid)):
        for at, word in enumerate(_reaching(grid, level)):
            if word and plain(word) not in map(plain, paths[at]):
                paths[at].append(word)
    return paths


def _reaching(grid: Sequence[Sequence[str]], level: int) -> Iterator[str]:
    """The words of one row, each over all the columns that it covers."""
    reaching = ""
    for at, word in enumerate(grid[level]):
        has_below = any(row[at] for row in grid[level + 1 :])
        if word or any(row[at] for row in grid[:level]):
            reaching = word if has_below else ""
        yield word or (reaching if has_below else "")


def _is_above(row: Cells, lower: Cells) -> bool:
    """Whether a row without data stands above headers as merged cells do: one of several cells reaches over two of
    them, or names a column that has no name below."""
    cells = [(cell or "").strip() for cell in row]
    below = [bool(cell and cell.strip()) for cell in lower]
    below += [False] * (len(cells) - len(below))
    pairs = enumerate(pairwise(cells))
    reaches = any(cell and not after and below[at] and below[at + 1] for at, (cell, after) in pairs)
    names = sum(bool(cell) and not below[at] for at, cell in enumerate(cells))
    return reaches or names > 0


def _is_below(row: Cells, upper: Cells) -> bool:
    """Whether a row without data stands below headers as under merged cells: under the first of several columns that
    one cell reaches over, or under blanks, and never under a cell that has its column to itself."""
    cells = [bool(cell and cell.strip()) for cell in row]
    above = [bool(cell and cell.strip()) for cell in upper] + [False] * len(cells)
    begins = [
        cell and above[at] and not above[at + 1] and cells[at + 1 : at + 2] == [True] for at, cell in enumerate(cells)
    ]
    return any(begins) and all(not above[at] or begins[at] for at, cell in enumerate(cells) if cell)


def _may_join(row: Cells) -> bool:
    """Whether a row may stand above headers and be one: several short words, no line about who filed the table."""
    filled = [cell.strip() for cell in row if cell and cell.strip()]
    is_short = all(len(cell) <= LONGEST and not A_LINE_OF_ITS_OWN.search(cell) for cell in filled)
    is_signed = len(filled) <= MOST_SIGNED and any(map(SIGNED.search, filled))
    return len(filled) > 1 and is_short and not is_signed and not _is_data(row)


def _is_data(row: Cells) -> bool:
    """Whether a row holds an identity number, or another cell that is mostly digits."""
    return any(_is_mostly_digits(cell.strip()) for cell in row if cell and cell.strip())


def _is_mostly_digits(cell: str) -> bool:
    return not A_YEAR.fullmatch(cell) and not AGES.fullmatch(cell) and len(DIGITS.findall(cell)) * 2 >= len(cell)
