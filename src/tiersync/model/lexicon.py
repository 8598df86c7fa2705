"""The lexicon: by which words offices head their columns, and by which words they write codes."""

import re
import unicodedata

from tiersync.model.canonical import Value

MARKS = re.compile(r"\s|\*|[(\[【〔](必填|选填|必须|非必填)项?[)\]】〕]|[:：]$")
BRACKETS = str.maketrans("[]【】〔〕", "()()()")


class Lexicon(Value):
    """`headers`: record -> a header, plainly spelled -> field. `words`: code list -> a word -> code."""

    headers: dict[str, dict[str, str]]
    words: dict[str, dict[str, str]]


def plain(header: str | None) -> str:
    """A header as it is compared: full-width forms, spaces, line breaks and marks of needed columns taken away."""
    return MARKS.sub("", unicodedata.normalize("NFKC", header or "")).translate(BRACKETS).lower()
