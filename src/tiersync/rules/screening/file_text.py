"""The text inside a file, whatever it is: plain text of any usual encoding, spreadsheets, documents, archives.

Nothing is trusted: an archive that is broken, locked, or far larger inside than out is refused.
"""

import codecs
import re
import zlib
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import NamedTuple
from zipfile import BadZipFile, ZipFile, ZipInfo

from tiersync.errors import BadSource
from tiersync.rules.screening.office_text import SHARED_STRINGS, SHEETS, rows_of, strings_of, words_of, xml_of

BLOCK = 2**20  # bytes decoded at a time, so that a scan of 200 MB takes no more memory than a small one
LONGEST_LINE = 2**20  # characters; what has no line ends is cut, with an overlap longer than any number.
OVERLAP = 64
ZIP = b"PK\x03\x04"
MOST_MEMBERS = 2_000
LARGEST_INSIDE = 128 * 2**20  # bytes of all members together, unpacked
SMALL = 2**20  # Below this a high ratio is nothing but a tidy file.
LARGEST_RATIO = 200  # Office files stay below 100; a bomb reaches 1,000.
DEEPEST = 3  # An archive with a document with an embedded sheet; whoever nests deeper has something to hide.
LOCKED = 0x1
OFFICE_MEMBER = re.compile(r"(?:[A-Za-z]+/){0,3}[A-Za-z]+[0-9]{0,3}\.xml")  # These names are not anybody's own words.
BROKEN = (BadZipFile, zlib.error, NotImplementedError, EOFError, RuntimeError, OSError, ValueError)


class TextBlocks(NamedTuple):
    """A text in blocks of whole lines, and where in the file it stands."""

    place: str
    blocks: Iterable[str]


def texts_of(place: str, data: bytes, depth: int = 0) -> Iterator[TextBlocks]:
    """Every text inside a file. Raises BadSource for an archive that cannot be looked into."""
    if not data.startswith(ZIP):
        yield from (TextBlocks(place, blocks) for blocks in readings(data))
    elif depth == DEEPEST:
        raise refused(place, "压缩包嵌套过深", "archives are packed into archives too deep to be looked into")
    else:
        yield from _members(place, data, depth)


def readings(data: bytes) -> Iterator[Iterator[str]]:
    """The data as text, in each of the ways that it may be meant."""
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if data.startswith(mark):
            yield whole_lines(_decoded(data, encoding))
            return
    yield whole_lines(_decoded(data, "utf-8" if is_utf8(data) else "gb18030"))
    if b"\0" in data[:BLOCK]:  # Old documents and workbooks hold UTF-16 text at odd and even places.
        yield whole_lines(_decoded(data, "utf-16-le"))
        yield whole_lines(_decoded(data[1:] + b"\0", "utf-16-le"))


def is_utf8(data: bytes) -> bool:
    """Whether all of the data is UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for at in range(0, len(data), BLOCK):
            decoder.decode(data[at : at + BLOCK])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def whole_lines(pieces: Iterable[str]) -> Iterator[str]:
    """The same text in blocks that end where a line ends, or overlap where no line ends for long."""
    rest = ""
    for piece in pieces:
        whole, end, rest = (rest + piece).rpartition("\n")
        yield whole + end
        if len(rest) > LONGEST_LINE:
            yield rest
            rest = rest[-OVERLAP:]
    yield rest


def refused(place: str, why_zh: str, why_en: str) -> BadSource:
    """An archive that cannot be looked into, so that nobody can say what leaves with it."""
    return BadSource(place=place, why_zh=why_zh, why_en=why_en)


def _decoded(data: bytes, encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    for at in range(0, len(data), BLOCK):
        yield decoder.decode(data[at : at + BLOCK])


def _members(place: str, data: bytes, depth: int) -> Iterator[TextBlocks]:
    """The texts of an archive's members and their names."""
    try:
        with ZipFile(BytesIO(data)) as archive:
            members = [info for info in archive.infolist() if not info.is_dir()]
            _check(place, members, len(data))
            strings = strings_of(xml_of(archive.read(SHARED_STRINGS))) if SHARED_STRINGS in archive.namelist() else []
            for number, info in enumerate(members, 1):
                where = f"{place} {info.filename if OFFICE_MEMBER.fullmatch(info.filename) else f'({number})'}"
                yield TextBlocks(where, [info.filename + "\n"])
                yield from _member(where, info.filename, archive.read(info), strings, depth)
    except BROKEN as error:
        raise refused(place, "压缩包已损坏，无法检查", "the archive is broken and cannot be looked into") from error


def _member(place: str, name: str, content: bytes, strings: list[str], depth: int) -> Iterator[TextBlocks]:
    """The texts of one member; a workbook's rows have their shared strings put in."""
    if name.startswith(SHEETS) and name.endswith(".xml"):
        yield TextBlocks(place, rows_of(xml_of(content), strings))
    elif name.endswith(".xml"):
        yield TextBlocks(place, [words_of(xml_of(content))])
    else:
        yield from texts_of(place, content, depth + 1)


def _check(place: str, members: list[ZipInfo], packed: int) -> None:
    """Refuse what is locked or unpacks to far more than it is."""
    unpacked = sum(info.file_size for info in members)
    if any(info.flag_bits & LOCKED for info in members):
        raise refused(
            place, "压缩包已加密，无法检查", "the archive is locked with a password and cannot be looked into"
        )
    if len(members) > MOST_MEMBERS or unpacked > LARGEST_INSIDE or unpacked > max(SMALL, packed * LARGEST_RATIO):
        raise refused(place, "压缩包解开后过大", "the archive is far larger inside than out")
