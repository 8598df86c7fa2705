"""The text of a file, whatever its encoding: UTF-8 bytes in blocks that end where a record ends."""

from codecs import getincrementaldecoder
from collections.abc import Iterator
from functools import partial
from itertools import chain
from typing import BinaryIO

from tiersync.errors import BadSource
from tiersync.plugins.kinds.file_kind import BEGINNING, BYTE_ORDER_MARK, utf_16_of

BLOCK = 8 * 2**20  # bytes: some fifty thousand rows
LONGEST_LINE = 8 * BLOCK


def utf8_blocks(file: BinaryIO, name: str, encoding: str) -> Iterator[bytes]:
    """The file's text as UTF-8, block by block; `encoding` is "" where it is to be found out, and is not heeded where
    the file says itself that it is in UTF-8 or UTF-16.

    Text that was found to be UTF-8 is handed on as it is: whoever parses it finds what is wrong with it.
    """
    if encoding and _says_its_encoding(file):
        encoding = ""
    for block in _blocks_of_records(_lines_by_feeds(_without_utf_16(file, name)), name):
        _refuse_binary(block, name)
        if not encoding and not block.isascii():
            encoding = _find_encoding(block, name)
        yield _from_gb18030(block, name) if encoding == "gb18030" else block


def record_ends(block: bytes) -> Iterator[int]:
    """Where each record ends: at a line end that stands in no quotes."""
    begins = end = 0
    while end < len(block):
        end = block.find(b"\n", end) + 1 or len(block)
        if block.count(b'"', begins, end) % 2 == 0:
            yield end
            begins = end


def unknown_encoding(name: str) -> BadSource:
    """What is said of bytes that are neither UTF-8 nor GB18030 throughout."""
    return BadSource(
        place=name,
        why_en="its encoding is unknown; save it as UTF-8 or GB18030",
        why_zh="无法识别编码，请另存为 UTF-8 或 GB18030",
    )


def _says_its_encoding(file: BinaryIO) -> bool:
    beginning = file.read(BEGINNING)
    file.seek(0)
    return beginning.startswith(BYTE_ORDER_MARK) or bool(utf_16_of(beginning))


def _without_utf_16(file: BinaryIO, name: str) -> Iterator[bytes]:
    """The file's bytes without their mark, those of UTF-16 made UTF-8."""
    first = file.read(BLOCK)
    pieces = chain((first,), iter(partial(file.read, BLOCK), b""))
    if not (encoding := utf_16_of(first[:BEGINNING])):
        yield next(pieces).removeprefix(BYTE_ORDER_MARK)
        yield from pieces
        return
    decoder = getincrementaldecoder(encoding)()
    try:
        yield decoder.decode(next(pieces)).removeprefix("\ufeff").encode()
        yield from (decoder.decode(piece).encode() for piece in pieces)
        decoder.decode(b"", final=True)
    except UnicodeError:  # Half a character, also where the file was cut off.
        raise unknown_encoding(name) from None


def _lines_by_feeds(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same where lines end with a carriage return alone, as old programs write them: they end as all others do.

    The last line of such a file may end otherwise, and so may lines within quotes.
    """
    first = next(pieces, b"")
    if not _ends_by_returns(first):
        return chain((first,), pieces)
    return (piece.replace(b"\r", b"\n") for piece in chain((first,), pieces))


def _ends_by_returns(first: bytes) -> bool:
    if b"\r" not in first:
        return False
    outside = b"".join(first.removesuffix(b"\r\n").removesuffix(b"\n").split(b'"')[::2])
    return b"\r" in outside and b"\n" not in outside


def _blocks_of_records(pieces: Iterator[bytes], name: str) -> Iterator[bytes]:
    rest = next(pieces, b"")
    for piece in pieces:
        cut = _last_record_end(rest)
        if cut:
            yield rest[:cut]
        elif len(rest) > LONGEST_LINE:
            raise BadSource(place=name, why_en="it has no lines", why_zh="文件没有换行，不是表格")
        rest = rest[cut:] + piece
    if rest:
        yield rest


def _last_record_end(block: bytes) -> int:
    """Where to cut a block: after its last line end that stands in no quotes, else after its last line end."""
    last = cut = block.rfind(b"\n") + 1
    inside = block.count(b'"', 0, cut) % 2
    while cut and inside:
        before = block.rfind(b"\n", 0, cut - 1) + 1
        inside ^= block.count(b'"', before, cut) % 2
        cut = before
    return cut or last


def _refuse_binary(block: bytes, name: str) -> None:
    if b"\0" in block:
        raise BadSource(place=name, why_en="it is no text file", why_zh="这不是文本文件")


def _find_encoding(block: bytes, name: str) -> str:
    """UTF-8 when it is that, else GB18030; a text of thousands of characters is not both by accident."""
    try:
        block.decode()
        return "utf-8"
    except UnicodeDecodeError:
        _from_gb18030(block, name)
        return "gb18030"


def _from_gb18030(block: bytes, name: str) -> bytes:
    try:
        return block.decode("gb18030").encode()
    except UnicodeDecodeError:
        raise unknown_encoding(name) from None
