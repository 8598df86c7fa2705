"""Cells of a zipped workbook that its reader takes amiss: far ones, for which it would hold millions of empty ones, and
those of failed formulas, which it takes for empty."""

import re
import zipfile
import zlib
from collections.abc import Generator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from copy import copy
from io import BytesIO
from typing import IO, NamedTuple
from xml.parsers import expat

from tiersync.plugins.kinds.books.book import damaged, is_too_sparse, too_large
from tiersync.plugins.kinds.books.halves import Halves, Kept, begin
from tiersync.plugins.kinds.books.safe_xml import safe_parser
from tiersync.plugins.kinds.books.sheet_faults import FAILED, SOUND, Amiss, SheetLook
from tiersync.plugins.kinds.file_kind import no_table

SHEET = re.compile(r"(^|/)worksheets/[^/]+\.xml$")
SHARED = re.compile(r"(^|/)sharedStrings\.xml$")
CELL = re.compile(r"([A-Za-z]+)([0-9]+)")
WIDE = 1000  # columns
LARGEST = 400 * 2**20  # bytes of all parts that are read, unpacked: their reader holds several times as much
UNREAD = re.compile(r"(^|/)(media|Pictures|embeddings)/")
LARGEST_LOOKED_INTO = 256 * 2**20  # bytes of a sheet that is taken apart
PIECE = 2**20
BROKEN = (zipfile.BadZipFile, zlib.error, expat.ExpatError, OSError, EOFError, ValueError, RuntimeError)


class Prepared(NamedTuple):
    """A workbook that its reader can hold, and a far cell of each part that is left out for it."""

    content: bytes
    far: Mapping[str, str]
    is_exact: bool = False
    """Whether no number of its sheets may have lost digits."""
    halves: Halves | None = None
    """It once more, in two, where it may be read so."""


NO_CELLS = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData/></worksheet>'


def readable(content: bytes, name: str) -> Prepared:
    """A zipped workbook as it is; or without cells that hold nothing but blanks where they would spread a sheet far,
    and with the errors of failed formulas as texts; without the sheets that spread far all the same.

    Raises BadSource for what is no such archive.
    """
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            _refuse_other_archives(archive.namelist(), name)
            found, kept = _look_into(archive, name)
            is_exact = _is_exact(content, found)
            if amiss := {part: said for part, said in found.items() if said.is_changed}:
                return _rewritten(archive, amiss, name)._replace(is_exact=is_exact)
            return Prepared(content, {}, is_exact, kept.halves(found) if is_exact else None)
    except BROKEN:
        raise damaged(name) from None


def _refuse_other_archives(parts: Sequence[str], name: str) -> None:
    if any(part.startswith("word/") for part in parts):
        raise no_table(name, "a Word document", "Word 文档")
    if not any(part.startswith("xl/") or part == "content.xml" for part in parts):
        raise no_table(name, "an archive that holds other files", "压缩包")


def _look_into(archive: zipfile.ZipFile, name: str) -> tuple[dict[str, Amiss], Kept]:
    """What is amiss with each sheet, and all that was unpacked for it. Raises BadSource for an archive that unpacks to
    too much, whatever its directory says."""
    read = [part for part in archive.infolist() if not UNREAD.search(part.filename)]
    if sum(part.file_size for part in read) > LARGEST:
        raise too_large(name)
    left, found, kept = LARGEST, {}, Kept([part.filename for part in read])
    for part in read:
        look = SheetLook() if SHEET.search(part.filename) else None
        whole = copy(part)
        whole.file_size = left + PIECE  # The reader of archives stops where the directory says, others do not.
        with archive.open(whole) as file, closing(_ahead(file)) as pieces:
            for piece in pieces:
                left -= len(piece)
                if left < 0:
                    raise too_large(name)
                kept.at(part.filename, piece)
                if look:
                    look.at(piece)
        if look:
            found[part.filename] = look.end()
    return found, kept


def _is_exact(content: bytes, found: Mapping[str, Amiss]) -> bool:
    """Whether each sheet that a workbook lists was looked at, and none may have a number that lost digits."""
    if not found or any(sheet.rounded for sheet in found.values()):
        return False
    try:
        return all(sheet.part in found for sheet in listed_sheets(content))
    except (*BROKEN, KeyError):
        return False  # Its reader says what is wrong with it.


def _ahead(file: IO[bytes]) -> Generator[bytes, None, None]:
    """The pieces of a part; the next is unpacked while one is looked at."""
    with ThreadPoolExecutor(1) as unpacking:
        coming = begin(unpacking, file.read, PIECE)
        while piece := coming.result():
            coming = unpacking.submit(file.read, PIECE)
            yield piece


def _rewritten(archive: zipfile.ZipFile, amiss: Mapping[str, Amiss], name: str) -> Prepared:
    blanks: frozenset[int] = frozenset()
    if any(sheet.spreads for sheet in amiss.values()):
        blanks = blanks.union(
            *(_blank_strings(archive.read(part)) for part in archive.namelist() if SHARED.search(part))
        )
    out, far = BytesIO(), dict[str, str]()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as made:
        for packed in archive.infolist():
            sheet = amiss.get(packed.filename, SOUND)
            if sheet.spreads and packed.file_size > LARGEST_LOOKED_INTO:
                raise too_large(name)
            said = archive.read(packed)
            if sheet.failed:
                said = FAILED.sub(rb"\1str", said)
            if sheet.spreads:
                said, far_one = _without_blanks(said, blanks)
                far |= {packed.filename: far_one} if far_one else {}
            made.writestr(packed.filename, said)
    return Prepared(out.getvalue(), far)


class Blank(NamedTuple):
    """Where a cell that holds blanks begins in its part, and where its end tag does."""

    begins: int
    ends: int


def _without_blanks(sheet: bytes, blanks: frozenset[int]) -> tuple[bytes, str]:
    """A sheet without its cells that hold nothing but blanks; with no cell, and the far one named, where it spreads far
    all the same."""
    cells = _Cells(blanks)
    cells.parser.Parse(sheet, True)
    if is_too_sparse(cells.last_row + 1, cells.last_column + 1, cells.filled):
        return NO_CELLS, cells.rightmost if cells.last_column > WIDE else cells.lowest
    kept, at = [], 0
    for blank in cells.blank:
        kept.append(sheet[at : blank.begins])
        at = sheet.index(b">", blank.ends) + 1
    return b"".join([*kept, sheet[at:]]), ""


class _Cells:
    """The cells of a sheet's part as a parser meets them: how far the filled ones reach, and where blank ones stand."""

    def __init__(self, blanks: frozenset[int]) -> None:
        self._blanks = blanks
        self.blank: list[Blank] = []
        self.last_row = self.last_column = -1
        self.lowest = self.rightmost = ""
        self.filled = 0
        self._at, self._begins, self._is_shared, self._inside, self._holds = "", 0, False, False, False
        self._text: list[str] = []
        self.parser = safe_parser()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._hear

    def _start(self, tag: str, said: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "c":
            self._at, self._begins = said.get("r", ""), self.parser.CurrentByteIndex
            self._is_shared, self._text, self._holds = said.get("t") == "s", [], False
        self._inside = tag in ("v", "t")
        self._holds = self._holds or self._inside

    def _hear(self, text: str) -> None:
        if self._inside:
            self._text.append(text)

    def _end(self, tag: str) -> None:
        self._inside = False
        if tag.rpartition(":")[2] != "c" or not self._holds or not self._at:
            return  # Without a place of its own it is where the cells before it leave it: none may be left out.
        text = "".join(self._text)
        if (int(text) in self._blanks) if self._is_shared and text else not text.strip():
            self.blank.append(Blank(self._begins, self.parser.CurrentByteIndex))
        elif place := CELL.fullmatch(self._at):
            self._note(int(place[2]) - 1, column_of(place[1]))

    def _note(self, row: int, column: int) -> None:
        self.filled += 1
        if row > self.last_row:
            self.last_row, self.lowest = row, self._at
        if column > self.last_column:
            self.last_column, self.rightmost = column, self._at


def _blank_strings(shared: bytes) -> frozenset[int]:
    """The numbers of the shared texts that hold nothing but blanks."""
    blank: set[int] = set()
    number, text, inside = -1, "", False
    parser = safe_parser()

    def start(tag: str, said: dict[str, str]) -> None:
        nonlocal number, text, inside
        tag = tag.rpartition(":")[2]
        if tag == "si":
            number, text = number + 1, ""
        inside = tag == "t"

    def hear(heard: str) -> None:
        nonlocal text
        text += heard if inside else ""

    def end(tag: str) -> None:
        nonlocal inside
        inside = False
        if tag.rpartition(":")[2] == "si" and not text.strip():
            blank.add(number)

    parser.StartElementHandler, parser.CharacterDataHandler, parser.EndElementHandler = start, hear, end
    parser.Parse(shared, True)
    return frozenset(blank)


class ListedSheet(NamedTuple):
    """A sheet as its workbook lists it: its name, its part, and whether people see it."""

    name: str
    part: str
    is_shown: bool


def listed_sheets(content: bytes) -> list[ListedSheet]:
    """The sheets of a workbook. Raises KeyError for one that is built otherwise."""
    sheets: list[ListedSheet] = []
    targets: dict[str, str] = {}

    def start(tag: str, said: dict[str, str]) -> None:
        tag, local = tag.rpartition(":")[2], {key.rpartition(":")[2]: value for key, value in said.items()}
        if tag == "sheet":
            is_shown = said.get("state", "visible") == "visible"
            sheets.append(ListedSheet(said.get("name", ""), local.get("id", ""), is_shown))
        elif tag == "Relationship":
            target = said.get("Target", "")
            targets[said.get("Id", "")] = target[1:] if target.startswith("/") else f"xl/{target}"

    with zipfile.ZipFile(BytesIO(content)) as archive:
        for part in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels"):
            parser = safe_parser()
            parser.StartElementHandler = start
            parser.Parse(archive.read(part), True)
    return [sheet._replace(part=targets.get(sheet.part, "")) for sheet in sheets]


def column_of(letters: str) -> int:
    """The number of a column, from 0: A is 0, AB is 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
