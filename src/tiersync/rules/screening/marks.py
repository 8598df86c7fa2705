"""Marks of secrecy at the head of a text: this network carries public and internal documents only."""

import re

from tiersync.rules.screening.file_text import texts_of

HEAD_LINES = 15  # A mark stands above the title of an official document (GB/T 9704: the upper left corner).

GRADE = r"绝\s*密|机\s*密|秘\s*密"
ENGLISH = r"top\s+secret|secret|confidential|classified"
STAR = r"(?:[★☆]|[＊*]\s*\d)"  # and how long: 机密★3年
BRACKETED = re.compile(rf"[【\[〔（(《]\s*({GRADE})\s*[】\]〕）)》]")
STARRED = re.compile(rf"({GRADE})\s*{STAR}")
ALONE = re.compile(
    rf"^[\s#>*_\-]*(?:密\s*级|保密等级|classification)?\s*[:：]?\s*({GRADE}|{ENGLISH})[\s*_]*$", re.IGNORECASE
)


def secret_mark(text: str) -> str | None:
    """The mark of secrecy at the head of a text, None when there is none. Words inside a sentence are no mark."""
    for line in text.lstrip("\ufeff").splitlines()[:HEAD_LINES]:
        for shape in (BRACKETED, STARRED, ALONE):
            if found := shape.search(line):
                return spelled(found[1])
    return None


def secret_mark_inside(name: str, data: bytes) -> str | None:
    """The mark of secrecy at the head of any text inside a file, None when there is none. Raises BadSource for an
    archive that cannot be looked into."""
    heads = (next(filter(None, text.blocks), "") for text in texts_of(name, data))
    return next((mark for head in heads if (mark := secret_mark(head))), None)


def spelled(mark: str) -> str:
    """A mark in its usual spelling, however it was spaced out."""
    return " ".join(mark.lower().split()) if mark.isascii() else "".join(mark.split())
