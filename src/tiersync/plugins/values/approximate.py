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
PERSONS = "人次|人|名|位"
ITEMS = "户|个|张|家|所|件|场次|场|次|例|期|届|篇|份|床|支"
ANY = f"{PERSONS}|元|{ITEMS}|%"
MEASURES = {
    "participants_total": PERSONS, "participants_senior": PERSONS, "trainees": PERSONS, "certified": PERSONS,
    "members_total": f"{PERSONS}|个", "members_female": f"{PERSONS}|个", "members_senior": f"{PERSONS}|个",
    "users": PERSONS, "beds": "张|床|个", "beds_nursing": "张|床|个", "sessions": "场次|场|次|期|届|个",
    "times": "人次|次", "amount": "元", "value": ANY, "value_low": ANY, "value_high": ANY,
}  # fmt: skip
COUNTED = f"{PERSONS}|{ITEMS}"  # What of a field may be counted that is not among those above.


def _words(table: dict[str, str]) -> str:
    return "|".join(sorted(map(re.escape, table), key=len, reverse=True))


DIGITS = r"(?:[0-9]{1,21}|[0-9]{1,3}(?:,[0-9]{3}){1,6})(?:\.[0-9]{1,8})?"  # 1,2345 may be 1.2345, or 12345.
WRITTEN = re.compile(
    rf"(?P<yuan>¥)?(?P<before>{_words(BEFORE)})?(?P<sign>¥)?(?P<number>-?{DIGITS})"
    rf"(?P<after>{_words(AFTER)})?(?P<times>[万亿千百])?(?P<later>{_words(AFTER)})?"
    rf"(?:(?P<measure>{ANY})(?P<last>{_words(AFTER)})?)?"
)
BLANKS = re.compile(r"(?<![0-9.,])\s+|\s+(?![0-9.,])")  # Between digits they may separate two numbers.
OTHER_DIGITS = r"\p{No}"  # 2³ and ③ are no 23 and no 3, whatever narrowing makes of them.

FACTOR = r"(千万|百万|[万亿千百])"
OF_MONEY = re.compile(rf"(?<![0-9多]){FACTOR}?元(?!以上|以下|以内|户)")
OF_OTHERS = re.compile(rf"(?:单位:?)?{FACTOR}[人次份户个名张件]*")
BRACKET = re.compile(r"\(([^()]*)\)")
STATED = re.compile(r"单位[:：]?\s*[^\s()]{0,10}?" + FACTOR + "元")


def times_of(header: str) -> int:
    """How many times its cells the numbers under a header are: 10000 under 金额（万元）."""
    return _said_by(header) or 1


def times_stated(title: str) -> int:
    """How many times its cells the money below a title is, 1 where it does not say so: 10000 below 单位：万元."""
    found = STATED.search(unicodedata.normalize("NFKC", title))
    return _factor(found[1]) if found else 1


def money_times(measure: str) -> int:
    """How many yuan a measure of money is: 1 for 元, 10000 for 万元; 0 for what is none."""
    said = re.fullmatch(rf"{FACTOR}?元", plain(measure))
    return _factor(said[1]) if said else 0


def names_measure(header: str) -> bool:
    """Whether a header says in what its money is counted, be it 元."""
    return bool(_said_by(header))


def _said_by(header: str) -> int:
    """What a header says that its cells are multiplied by, 0 where it says nothing; what brackets say is meant."""
    spelled = plain(header)
    brackets = BRACKET.findall(spelled)
    for inside in brackets:
        if found := OF_MONEY.search(inside) or OF_OTHERS.fullmatch(inside):
            return _factor(found[1])
    found = re.search(rf"{FACTOR}?元$", BRACKET.sub("", spelled))
    return _factor(found[1]) if found else 0


def _factor(word: str | None) -> int:
    return {"千万": 10_000_000, "百万": 1_000_000}.get(word or "", TIMES.get(word or "", 1))


def measures_of(name: str, is_count: bool) -> frozenset[str]:
    """The measure words that may stand behind the numbers of a field."""
    return frozenset(MEASURES.get(name, COUNTED if is_count else ANY).split("|"))


ALL_MEASURES = frozenset(ANY.split("|"))


def number_in(text: str, times: int = 1, measures: frozenset[str] = ALL_MEASURES) -> str:
    """The number that `text` says, in ones: 12000 for 近1.2万人; `times` is what the header says, and a cell that says
    万 or 元 itself is not meant by it. `measures` are the words that may stand behind it."""
    said = _read(text, times, measures)
    if said is None:
        return text
    own = said["times"] or said["measure"] == "元"
    digits, factor = said["number"].replace(",", ""), TIMES[said["times"] or ""] if own else times
    return digits if factor == 1 else format((Decimal(digits) * factor).normalize(), "f")


def qualified_in(text: str, times: int = 1, measures: frozenset[str] = ALL_MEASURES) -> str:
    """The number, after the code of the word that makes it approximate: `over 200` for 200余人."""
    said = _read(text, times, measures)
    how = min(_codes(said), default="exact") if said else "exact"
    number = number_in(text, times, measures)
    return number if how == "exact" else f"{how} {number}"


def qualifier_in(text: str) -> str:
    """The code of QUALIFIER that `text` says: nearly for 近1.2万人, exact for a number alone."""
    said = _read(text, 1, ALL_MEASURES)
    return min(_codes(said), default="exact") if said else "exact"


def _read(text: str, times: int, measures: frozenset[str]) -> re.Match[str] | None:
    """The parts of a figure, if it is one; 约800左右 says the same twice, 近800余 is nothing anybody can read. Under
    万元 nobody knows whether ¥168000 is meant by it."""
    said = WRITTEN.fullmatch(BLANKS.sub("", unicodedata.normalize("NFKC", text)))
    if said is None or len(_codes(said)) > 1 or (said["measure"] and said["measure"] not in measures):
        return None
    yuan = said["yuan"] or said["sign"]
    return None if yuan and ("元" not in measures or (times != 1 and not said["measure"])) else said


def _codes(said: re.Match[str]) -> set[str]:
    words = [(BEFORE, said["before"]), *((AFTER, said[name]) for name in ("after", "later", "last"))]
    return {table[word] for table, word in words if word}
