"""Screening: what looks like personal data is found before anything is sealed. A net, not a wall.

A hit says what kind and where, and never repeats what it found.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import accumulate
from typing import Literal, NamedTuple

from tiersync.model.identity import PROVINCES, birth_day, check_character
from tiersync.rules.screening.file_text import texts_of

Kind = Literal["identity", "mobile", "roster"]

KINDS: dict[Kind, tuple[str, str]] = {
    "identity": ("身份证号", "an identity number"),
    "mobile": ("手机号", "a mobile number"),
    "roster": ("人员名册表头", "the headings of a roster"),
}

LATEST_BIRTH = date(2099, 12, 31)  # The core has no clock; a number of a later year is none for long.
IDENTITY_LENGTH = 18

# What typists and word processors make of digits, spaces and hyphens.
PLAIN = (
    {chr(0xFF10 + digit): str(digit) for digit in range(10)}
    | dict.fromkeys(map(chr, [0xA0, *range(0x2002, 0x200B), 0x3000]), " ")
    | dict.fromkeys(map(chr, [*range(0x2010, 0x2016), 0x2212, 0xFF0D]), "-")
    | dict.fromkeys(map(chr, [0xAD, *range(0x200B, 0x200E), 0x2060, 0xFEFF]), "")
    | dict.fromkeys("\uff38\uff58", "X")
)
ODD = re.compile(f"[{''.join(PLAIN)}]")

LONG_RUN = re.compile(r"[0-9](?:[ -]?[0-9]){10,}(?:[ -]?[Xx])?")  # Eleven digits, as a mobile number has, or more.
BEFORE, AFTER = r"(?<![0-9])(?<![0-9]\.)", r"(?![0-9]|\.[0-9])"
WHOLE_MOBILE = BEFORE + r"(?:86[ -]?)?1[3-9][0-9]{9}" + AFTER
# In groups, a mobile number looks like neighbouring figures of a table; so no further group may stand beside it.
GROUPED_MOBILE = (
    BEFORE + r"(?<![0-9]{0})(?:86[ -]?)?1[3-9][0-9]"
    r"(?:{0}[0-9]{{4}}{0}[0-9]{{4}}|[0-9]{0}[0-9]{{3}}{0}[0-9]{{4}})(?!{0}[0-9])" + AFTER
)
MOBILE = re.compile("|".join((WHOLE_MOBILE, GROUPED_MOBILE.format(" "), GROUPED_MOBILE.format("-"))))
HEADINGS = re.compile(r"^.*(?:姓\s*名|名字|[Nn]ame).*$", re.MULTILINE)
COLUMN_END = re.compile(r"[,，;；|\t]")
NAME_COLUMN = re.compile(
    r"(?:老年?人|申请人|会员|成员|本人|户主|享受人|对象|参保人|被保险人|人员|领取人)?(?:姓\s*名|名字)"
    r"|(?:full[ _]?)?name",
    re.IGNORECASE,
)
PERSONAL_COLUMN = re.compile(
    r"\S{0,6}(?:身份证|公民身份|证件号|住址|家庭地址|居住地址|户籍地址)\S{0,6}"
    r"|(?:id|identity)[ _-]?(?:card|no\.?|number)?(?:[ _]?(?:no\.?|number))?|(?:home[ _])?address",
    re.IGNORECASE,
)


class Hit(NamedTuple):
    """Something that looks like personal data: what kind, and where."""

    kind: Kind
    place: str


def screen(text: str) -> Iterator[Hit]:
    """What looks like personal data in a text, by line."""
    for kind, line in _found([text]):
        yield Hit(kind, f"line {line}")


def screen_bytes(name: str, data: bytes) -> Iterator[Hit]:
    """What looks like personal data in a file's name and content, inside spreadsheets, documents and archives too.

    Raises BadSource for an archive that cannot be looked into: broken, locked, or far larger inside than out.
    """
    in_name = {kind for kind, _ in _found([name])}
    yield from (Hit(kind, "the file's name") for kind in sorted(in_name))
    for text in texts_of("the file" if in_name else name, data):
        for kind, line in _found(text.blocks):
            yield Hit(kind, f"{text.place} line {line}")


def _found(blocks: Iterable[str]) -> Iterator[tuple[Kind, int]]:
    """Each kind and line of a text that comes in blocks of whole lines, once."""
    line = 1
    for block in blocks:
        plain = ODD.sub(lambda odd: PLAIN[odd[0]], block)
        for place, kind in sorted({(plain.count("\n", 0, at), kind) for kind, at in _matches(plain)}):
            yield kind, line + place
        line += block.count("\n")


def _matches(text: str) -> Iterator[tuple[Kind, int]]:
    """Each match in plain text: its kind and where it begins."""
    yield from (("roster", row.start()) for row in HEADINGS.finditer(text) if is_roster(row[0]))
    for run in LONG_RUN.finditer(text):
        if MOBILE.search(text, run.start(), run.end() + 2):
            yield "mobile", run.start()
        if holds_identity(run[0]):
            yield "identity", run.start()


def holds_identity(run: str) -> bool:
    """Whether some neighbouring groups of digits make up one identity number with a sound check character."""
    if len(run) < IDENTITY_LENGTH:
        return False
    groups = re.split("[ -]", run)
    return any(
        _is_identity("".join(groups[first : first + count]).upper())
        for first in range(len(groups))
        for count, length in enumerate(accumulate(map(len, groups[first:])), 1)
        if length == IDENTITY_LENGTH
    )


def _is_identity(number: str) -> bool:
    born = birth_day(number[6:14])
    known = number[:2] in PROVINCES and born is not None and born <= LATEST_BIRTH
    return known and check_character(number[:17]) == number[17]


def is_roster(line: str) -> bool:
    """Whether a line is the headings of a list of persons: names beside identity numbers or home addresses.

    A blank between two headings makes it a form to be filled in, and a full stop a sentence.
    """
    cells = [cell.strip(" \"'*\r") for cell in _columns(line.strip())]
    has_name, has_more = (any(map(shape.fullmatch, cells)) for shape in (NAME_COLUMN, PERSONAL_COLUMN))
    return has_name and has_more and all(cells) and "。" not in line


def _columns(line: str) -> list[str]:
    """The cells of a line; words of plain ASCII are a sentence unless something other than spaces parts them."""
    cells = COLUMN_END.split(line.strip(",，;；|"))
    return cells if len(cells) > 1 or line.isascii() else line.split()
