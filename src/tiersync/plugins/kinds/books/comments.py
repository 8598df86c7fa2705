"""Comments on the cells of a workbook: they are not read, but what they say of people who died or left is told."""

import re
import zipfile
from collections.abc import Iterator
from html import unescape
from io import BytesIO

from tiersync.plugins.values.gone import words_seen

PARTS = re.compile(r"xl/(?:comments\d*|comments/[^/]+|threadedComments/[^/]+)\.xml")
COMMENT = re.compile(r"<(?:\w+:)?(?:comment|threadedComment)\b.*?</(?:\w+:)?(?:comment|threadedComment)>", re.S)
TAG = re.compile(r"<[^>]*>")
LARGEST = 8 * 2**20  # bytes of one part that are looked at
MOST_PARTS = 200


def spoken_comments(content: bytes) -> list[str]:
    """The words in a workbook's comments, each with how often: 去世 2. Nothing for a file without any."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as book:
            return [f"{word} {count}" for word, count in words_seen(_texts(book)).most_common()]
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError):
        return []  # Its reader says what is wrong with it.


def _texts(book: zipfile.ZipFile) -> Iterator[str]:
    for part in [name for name in book.namelist() if PARTS.fullmatch(name)][:MOST_PARTS]:
        with book.open(part) as file:
            text = file.read(LARGEST).decode("utf-8", errors="replace")
        yield from (unescape(TAG.sub("", comment)) for comment in COMMENT.findall(text))
