"""Figures as offices write them: 近1.2万人, 3,000余元, 约800, 20万+. The number, and by which word it is approximate.

What is not written so stays as it stands, and is refused as no number.
"""

import re
import unicodedata
from decimal import Decimal

from tiersync.model.lexicon import plain

BEFORE = {
    "约": "about", "大约": "about", "近": "nearly", "将近": "nearly", "不足": "at_most", "不到": "at_most",
    "至少": "at_least", "不少于": "at_least", "不低于": "at_least", "超过": "over", "超": "over", "逾": "over",
    "至多": "at_most", "最多": "at_most", "不超过": "at_most", "不多于": "at_most", ">=": "at_least", "≥": "at_least",
    ">": "over", "<=": "at_most", "≤": "at_most", "<": "at_most", "~": "about",
}  # fmt: skip
AFTER = {
    "余": "over", "多": "over", "以上": "at_least", "+": "at_least", "左右": "about", "上下": "about",
    "以下": "at_most", "以内": "at_most",
}  # fmt: skip
TIMES = {"万": 10_000, "亿": 100_000_000, "千": 1_000, "百": 100, "": 1}
UNITS = "人次|人|元|名|个|户|张|家|所|件|次|例|期|篇|份|床|支|场|%"


def _words(table: dict[str, str]) -> str:
    return "|".join(sorted(map(re.escape, table), key=len, reverse=True))


WRITTEN = re.compile(
    rf"(?P<before>{_words(BEFORE)})?(?P<number>-?[0-9][0-9,]{{0,20}}(\.[0-9]{{1,8}})?)"
    rf"(?P<after>{_words(AFTER)})?(?P<times>[万亿千百])?(?P<later>{_words(AFTER)})?"
    rf"(?:({UNITS})(?P<last>{_words(AFTER)})?)?"
)


MEASURED = re.compile(r"\((?:单位:?)?(百万|[万亿千百])[元人次份户个名张件]*\)|([万亿千])元$")


def times_of(header: str) -> int:
    """How many times its cells the numbers under a header are: 10000 under 金额（万元）."""
    found = MEASURED.search(plain(header))
    word = found and (found[1] or found[2])
    return 1_000_000 if word == "百万" else TIMES[word or ""]


def number_in(text: str, times: int = 1) -> str:
    """The number that `text` says, in ones: 12000 for 近1.2万人; `times` is what the header says, and a cell that says
    万 itself is not meant by it."""
    said = _read(text)
    if said is None:
        return text
    number = Decimal(said["number"].replace(",", "")) * (TIMES[said["times"]] if said["times"] else times)
    return format(number.normalize(), "f")


def qualified_in(text: str, times: int = 1) -> str:
    """The number, after the code of the word that makes it approximate: `over 200` for 200余人."""
    how = qualifier_in(text)
    return number_in(text, times) if how == "exact" else f"{how} {number_in(text, times)}"


def qualifier_in(text: str) -> str:
    """The code of QUALIFIER that `text` says: nearly for 近1.2万人, exact for a number alone."""
    said = _read(text)
    return min(_codes(said), default="exact") if said else "exact"


def _read(text: str) -> re.Match[str] | None:
    """The parts of a figure, if it is one; 约800左右 says the same twice, 近800余 is nothing anybody can read."""
    said = WRITTEN.fullmatch(re.sub(r"\s|^[¥￥]", "", unicodedata.normalize("NFKC", text)))
    return said if said and len(_codes(said)) <= 1 else None


def _codes(said: re.Match[str]) -> set[str]:
    words = [(BEFORE, said["before"]), *((AFTER, said[name]) for name in ("after", "later", "last"))]
    return {table[word] for table, word in words if word}
