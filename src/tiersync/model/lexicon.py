"""The lexicon: by which words offices head their columns, and by which words they write codes."""

import re
import unicodedata

from pydantic import Field

from tiersync.model.canonical import Value

MARKS = re.compile(r"\s|\*|[(\[【〔](必填|选填|必须|非必填)项?[)\]】〕]|[:：]$")
BRACKETS = str.maketrans("[]【】〔〕", "()()()")


NOT_DECLARED = ""  # What stands for a ratio, which nobody declares.


class IndicatorNames(Value):
    """`names`: a name as `name_key` spells it -> indicator, NOT_DECLARED for a ratio. `splits`: indicator -> the
    dimensions it is split by. `parts`: a word -> what it may mean of a dimension, such as sex=2. `leaves_open`: a name
    that leaves open of which part of its indicator it speaks -> that dimension. `in_yuan` are the indicators that are
    amounts of money."""

    names: dict[str, str] = Field(default={})
    splits: dict[str, tuple[str, ...]] = Field(default={})
    parts: dict[str, tuple[str, ...]] = Field(default={})
    leaves_open: dict[str, str] = Field(default={})
    in_yuan: tuple[str, ...] = ()


class Lexicon(Value):
    """`headers`: record -> a header, plainly spelled -> field. `words`: code list -> a word -> code."""

    headers: dict[str, dict[str, str]]
    words: dict[str, dict[str, str]]
    indicators: IndicatorNames = IndicatorNames()


def plain(header: str | None) -> str:
    """A header as it is compared: full-width forms, spaces, line breaks and marks of needed columns taken away."""
    return MARKS.sub("", unicodedata.normalize("NFKC", header or "")).translate(BRACKETS).lower()
