"""What a file is by its contents, whatever it is called: a workbook, a page with tables, or text."""

import re
from enum import StrEnum
from pathlib import Path

from tiersync.errors import BadSource

BEGINNING = 64 * 2**10  # bytes; before the first table of a page stand its styles
MARKS_OF_UTF_16 = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
SPREADSHEET_2003 = "urn:schemas-microsoft-com:office:spreadsheet"
LINE_END = re.compile(r"[\r\n]")
PLAIN = re.compile(r"[\t\r\n -~]")
COMMON = re.compile(r"[\t\r\n -~\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
PAGE = re.compile(r"<(!doctype\s+html|html|head|meta|body|table|style|div|center)\b", re.IGNORECASE)
OTHERS = (
    (b"%PDF", "a PDF", "PDF 文件"),
    (b"{\\rtf", "a Word document", "Word 文档"),
    (b"Rar!", "an archive that holds other files", "压缩包"),
    (b"7z\xbc\xaf", "an archive that holds other files", "压缩包"),
    (b"\x1f\x8b", "an archive that holds other files", "压缩包"),
    (b"\x89PNG", "a picture", "图片"),
    (b"\xff\xd8\xff", "a picture", "图片"),
    (b"GIF8", "a picture", "图片"),
    (b"MIME-Version:", "a web page saved as one file (.mht)", "网页存档（.mht）"),
)


class FileKind(StrEnum):
    """The kinds of file that hold tables."""

    ZIPPED = "zipped"  # .xlsx and its kin
    BINARY = "binary"  # .xls, and .et as WPS saves it
    XML = "xml"  # XML Spreadsheet 2003
    HTML = "html"
    TEXT = "text"  # Any separator, any encoding: the reader of texts finds them out.


def kind_of_file(path: Path, name: str) -> FileKind:
    """What the file at `path`, called `name` in places, is. Raises BadSource for what holds no table."""
    try:
        with path.open("rb") as file:
            return kind_of(file.read(BEGINNING), name)
    except OSError as error:
        raise BadSource(place=name, why_en="it cannot be opened", why_zh="无法打开") from error


def kind_of(beginning: bytes, name: str) -> FileKind:
    """The same of a file that begins so."""
    if not beginning:
        raise BadSource(place=name, why_en="it is empty", why_zh="文件是空的")
    for mark, en, zh in OTHERS:
        if beginning.startswith(mark):
            raise no_table(name, en, zh)
    if beginning.startswith(b"PK\x03\x04"):
        return FileKind.ZIPPED
    if beginning.startswith(b"\xd0\xcf\x11\xe0"):
        return FileKind.BINARY
    return _kind_of_text(_readable(beginning), name)


def no_table(name: str, en: str, zh: str) -> BadSource:
    """What is said of a file that is something else."""
    return BadSource(place=name, why_en=f"it is {en}, no table", why_zh=f"这是{' ' * zh[0].isascii()}{zh}，不是表格")


def utf_16_of(beginning: bytes) -> str:
    """Which UTF-16 a text is, by its mark or by its line ends; "" for one that is not."""
    if marked := MARKS_OF_UTF_16.get(beginning[:2]):
        return marked
    whole = beginning[: len(beginning) // 2 * 2]
    return next((name for name in MARKS_OF_UTF_16.values() if b"\0" in whole and _reads_as(whole, name)), "")


def _reads_as(beginning: bytes, encoding: str) -> bool:
    """Whether bytes without a mark are a table in this encoding: digits, separators and line ends, else Chinese."""
    text = beginning.decode(encoding, errors="replace")
    plain, common = len(PLAIN.findall(text)), len(COMMON.findall(text))
    return bool(LINE_END.search(text)) and plain * 10 >= len(text) and common * 20 >= len(text) * 19


def _readable(beginning: bytes) -> str:
    """The signs of a text that all encodings share."""
    encoding = utf_16_of(beginning)
    text = beginning.decode(encoding, errors="replace") if encoding else beginning.decode("latin-1")
    return text.removeprefix("\ufeff").removeprefix("ï»¿").lstrip()


def _kind_of_text(text: str, name: str) -> FileKind:
    if not text.startswith("<"):
        return FileKind.TEXT
    if text.startswith("<?xml") and SPREADSHEET_2003 in text and not re.search(r"<html\b", text, re.IGNORECASE):
        return FileKind.XML
    if PAGE.search(text):
        return FileKind.HTML
    if text.startswith("<?xml"):
        raise no_table(name, "an XML file of another kind", "其他用途的 XML 文件")
    return FileKind.TEXT
