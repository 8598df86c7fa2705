"""A workbook in two, one with the upper half of each large sheet and one with the lower: both are read at once."""

import re
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from io import BytesIO
from itertools import pairwise
from typing import NamedTuple, TypeVar

import polars as pl

MOST_KEPT = 64 * 2**20  # bytes of all parts, unpacked: so they are held until both halves are read
LARGE = 4 * 2**20  # bytes of a sheet for which a second thread is worth its start
OUTWEIGHS = 2  # times the bytes of all other parts, which either half holds as well
CELLS = b"<sheetData>"
NOT_PLAIN = b"<!"  # a comment or a text of another kind, in which tags are none
END = b"</sheetData></worksheet>"
BETWEEN_ROWS = re.compile(rb"""</row>\s*(?=<row\s(?:[^<>]*?\s)?r\s*=\s*["'])""")

Half = TypeVar("Half")
Made = TypeVar("Made")
Parts = Mapping[str, Sequence[bytes]]
"""The parts of a workbook by their names, each in pieces."""


class Halves(NamedTuple):
    """A workbook in two, and which of its sheets' parts were cut."""

    upper: Parts
    lower: Parts
    cut: frozenset[str]


class Kept:
    """The parts of a workbook as they are unpacked, as long as they are not too many bytes; none where two have one
    name."""

    def __init__(self, names: Sequence[str]) -> None:
        self._parts: dict[str, list[bytes]] = {name: [] for name in names}
        self._left = MOST_KEPT if len({name.lower() for name in names}) == len(names) else 0

    def at(self, part: str, piece: bytes) -> None:
        self._left -= len(piece)
        if self._left >= 0:
            self._parts[part].append(piece)
        else:
            self._parts.clear()

    def halves(self, sheets: Iterable[str]) -> Halves | None:
        """The workbook in two, with these of its parts cut if they are large; None where none could be."""
        if self._left < 0:
            return None
        cut = {part: halves for part in sheets if (halves := _cut(self._parts[part]))}
        sizes = {part: sum(map(len, pieces)) for part, pieces in self._parts.items()}
        if sum(sizes[part] for part in cut) < OUTWEIGHS * sum(size for part, size in sizes.items() if part not in cut):
            return None
        upper, lower = ({part: halves[at] for part, halves in cut.items()} for at in (0, 1))
        return Halves(self._parts | upper, self._parts | lower, frozenset(cut)) if cut else None


def _cut(sheet: Sequence[bytes]) -> tuple[Sequence[bytes], Sequence[bytes]] | None:
    """The halves of a large sheet's part, each with its beginning and end: cut between two rows, of which the first is
    a row of the only table so far. That no row of one stands among those of the other, `joined` sees."""
    begins = sheet[0].find(CELLS) + len(CELLS) if sheet else 0
    if begins < len(CELLS) or sum(map(len, sheet)) < LARGE:
        return None
    middle = len(sheet) // 2
    found = BETWEEN_ROWS.search(sheet[middle])
    if not found:
        return None
    above, below = sheet[middle][: found.end()], sheet[middle][found.end() :]
    upper = [*sheet[:middle], above]
    if _count(upper, CELLS[1:-1]) != 1 or _count(upper, NOT_PLAIN):  # The table may have ended above, for its reader.
        return None
    return [*upper, END], [sheet[0][:begins], below, *sheet[middle + 1 :]]


def _count(pieces: Sequence[bytes], what: bytes) -> int:
    """How often something stands in a part, over the edges of its pieces as well."""
    beside = len(what) - 1
    edges = (one[-beside:] + next_one[:beside] for one, next_one in pairwise(pieces))
    return sum(piece.count(what) for piece in pieces) + sum(edge.count(what) for edge in edges)


def both(make: Callable[[Half], Made], upper: Half, lower: Half) -> tuple[Made, Made]:
    """What is made of each half, on two cores."""
    with ThreadPoolExecutor(1) as second:
        coming = begin(second, make, lower)
        made = make(upper)
    return made, coming.result()


def begin(pool: ThreadPoolExecutor, make: Callable[[Half], Made], of: Half) -> Future[Made]:
    """Begin on another thread. Raises MemoryError where there is no room to start it."""
    try:
        return pool.submit(make, of)
    except RuntimeError:
        raise MemoryError from None


def packed(parts: Parts) -> bytes:
    """An archive of these parts, as fast as can be."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as made:
        for name, pieces in parts.items():
            with made.open(name, "w") as part:
                part.writelines(pieces)
    return out.getvalue()


def joined(upper: pl.DataFrame, lower: pl.DataFrame) -> pl.DataFrame | None:
    """A sheet of its halves, each from the first row on and its columns named by their numbers. None where they are no
    halves: where a row of one stands among those of the other."""
    above, below = lower.head(upper.height), lower.slice(upper.height)
    if any(column.null_count() < column.len() for column in above):
        return None
    both = pl.concat([upper, below], how="diagonal")
    numbers = sorted(map(int, both.columns))
    between = range(numbers[0], numbers[-1] + 1) if numbers else ()
    nothing = pl.lit(None, pl.String)
    return both.select(pl.col(name) if name in both.columns else nothing.alias(name) for name in map(str, between))
