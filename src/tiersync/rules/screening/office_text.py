"""The words of office documents: XML without its markup, a table's row on one line, its cells apart by tabs."""

import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator, Sequence
from html import unescape
from itertools import pairwise

SHARED_STRINGS = "xl/sharedStrings.xml"
SHEETS = "xl/worksheets/"

MARK = re.compile(r"<[^>]*>")
CELL_END = re.compile(r"(?:</\w+:p>\s*)?</\w+:(?:tc|table-cell)>")
LINE_END = re.compile(r"</(?:\w+:)?(?:p|h|tr|table-row|si|row|comment)>|<(?:\w+:)?br\b[^>]*>")
STRING = re.compile(r"<(?:\w+:)?si\b[^>]*(?:/>|>(.*?)</(?:\w+:)?si>)", re.DOTALL)
ROW = re.compile(r"<(?:\w+:)?row\b[^>]*(?<!/)>(.*?)</(?:\w+:)?row>", re.DOTALL)
CELL = re.compile(r"<(?:\w+:)?c\b([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
CONTENT = re.compile(r"<(?:\w+:)?[vt]\b[^>]*(?<!/)>(.*?)</(?:\w+:)?[vt]>", re.DOTALL)
COLUMN = re.compile(r"\br=\"([A-Z]{1,3})\d")


def xml_of(content: bytes) -> str:
    """An XML file's characters."""
    encoding = "utf-16" if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else "utf-8-sig"
    return content.decode(encoding, "replace")


def words_of(xml: str) -> str:
    """A document's words: a line for each paragraph and each row of a table."""
    lines = LINE_END.sub("\n", CELL_END.sub("\t", xml.replace("\n", " ")))
    return unescape(MARK.sub("", lines))


def strings_of(xml: str) -> list[str]:
    """The texts that a workbook's cells refer to by number."""
    return [_said(string) for string in STRING.findall(xml)]


def rows_of(xml: str, strings: Sequence[str]) -> Iterator[str]:
    """The rows of a sheet, each on one line; empty cells between two others show as one."""
    for row in ROW.findall(xml):
        cells = enumerate(CELL.findall(row), 1)
        yield _line([(column_number(told) or at, _cell(told, content, strings)) for at, (told, content) in cells])


def column_number(told: str) -> int | None:
    """1 for column A, 28 for AB; None where a cell does not say where it stands."""
    found = COLUMN.search(told)
    if not found:
        return None
    number = 0
    for letter in found[1]:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _line(cells: list[tuple[int, str]]) -> str:
    """Texts and the columns they stand in as one line."""
    ends = ["\t" * min(2, after - before) for (before, _), (after, _) in pairwise(cells)] + ["\n"]
    return "".join(text + end for (_, text), end in zip(cells, ends, strict=False))


def _cell(told: str, content: str, strings: Sequence[str]) -> str:
    text = _said(content)
    if 't="s"' not in told:
        return text
    return strings[int(text)] if text.isdecimal() and int(text) < len(strings) else ""


def _said(content: str) -> str:
    """The text of one cell on one line."""
    return " ".join(unescape("".join(CONTENT.findall(content))).split("\n")).strip()
