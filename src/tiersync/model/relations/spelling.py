"""The words of a relation: any spelling of digits, operators and tables in one."""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from tiersync.errors import BadRelation

LONGEST = 400  # characters; the longest relation that an office prints has some eighty
SPELLED = str.maketrans(
    {"≤": "<=", "≥": ">=", "≦": "<=", "≧": ">=", "⩽": "<=", "⩾": ">=", "×": "*", "÷": "/", "−": "-", "–": "-", "—": "-"}
    | {"∶": ":", "．": ".", "。": ".", "∕": "/", "【": "[", "】": "]"}
)
CHINESE_DIGITS = {digit: number for number, digit in enumerate("零一二三四五六七八九")}
CODE = r"[A-Za-z]{1,3}[0-9]{1,4}"
DIM = r"[a-z][a-z0-9_]*=[^\[\];=\s]+"
KINDS = re.compile(
    r"(?P<space>\s+)"
    r"|(?P<time>@-(?:1|Y|S))"
    rf"|(?P<range>\[\s*{CODE}\s*:\s*{CODE}\s*\])"
    rf"|(?P<split>\[\s*(?:\*|{DIM}(?:\s*;\s*{DIM})*)\s*\])"
    r"|(?P<table>T[0-9]{1,3}\s*[.:]\s*(?=[0-9A-Za-z\[])|表[0-9]{1,3}\s*[.:]\s*|表[一二三四五六七八九十]{1,3}\s*[.:]?\s*)"
    rf"|(?P<name>{CODE})"
    r"|(?P<row>第[0-9]{1,4}行)"
    r"|(?P<decimal>[0-9]+\.[0-9]+)"
    r"|(?P<whole>[0-9]+)"
    r"|(?P<op><=|>=|=|<|>)"
    r"|(?P<sign>[-+*/()%])"
)


class Word(NamedTuple):
    """One word of a relation: what sort it is, how it is spelled, and where in the text it begins."""

    kind: str
    text: str
    at: int


def words_of(text: str) -> list[Word]:
    """The words of a relation. Raises BadRelation where something is no word of it, or there are too many."""
    spelled = unicodedata.normalize("NFKC", text.translate(SPELLED)).translate(SPELLED)
    spelled = re.sub(r"([<>])\s+=", r"\1=", spelled)
    if max(len(text), len(spelled)) > LONGEST:
        raise BadRelation(
            relation=text[:LONGEST], why_en=f"more than {LONGEST} characters", why_zh=f"超过 {LONGEST} 个字符"
        )
    return [token for token in _split(text, spelled) if token.kind != "space"]


def _split(text: str, spelled: str) -> Iterator[Word]:
    at = 0
    while at < len(spelled):
        found = KINDS.match(spelled, at)
        if not found:
            what = spelled[at : at + 10]
            raise BadRelation(relation=text, why_en=f"cannot read “{what}”", why_zh=f"无法识别“{what}”")
        yield Word(found.lastgroup or "", found.group(), at)
        at = found.end()


def table_number(text: str) -> int:
    """The number of a table in any spelling: T2., 表二:, 表12：."""
    digits = re.sub(r"[^0-9]", "", text)
    if digits:
        return int(digits)
    tens, ten, ones = re.sub(r"[^一二三四五六七八九十]", "", text).partition("十")
    if not ten:
        return CHINESE_DIGITS[tens[-1]]
    return 10 * CHINESE_DIGITS.get(tens, 1) + CHINESE_DIGITS.get(ones, 0)
