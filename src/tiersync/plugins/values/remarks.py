"""Remarks: what a clerk writes in the last column about somebody who died or left, and when that was.

Only a remark that says nothing else is understood: 2025年3月去世, 户口迁出, 迁往济南市. Of 老伴已去世 the dead is
somebody else, and 拟迁出 has not happened; such rows stay, and are flagged.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date

from tiersync.model.hidden import HIDDEN
from tiersync.model.records.field import DOUBTFUL

NOTHING = frozenset(("无", "没有", "暂无", "正常", "健在", "在册", "在世", "-", "—", "/", "无变化"))
LONGEST = 60  # characters of a remark that says one thing
DAY = r"[(]?(?:[0-9]{4}[年./-][0-9]{1,2}(?:[月./-](?:[0-9]{1,2}[日号]?)?)?|[0-9]{8}|[0-9]{4}年)[)]?"
WHEN = re.compile(r"([0-9]{4})[年./-]([0-9]{1,2})(?:[月./-](?:([0-9]{1,2})[日号]?)?)?|([0-9]{4})([0-9]{2})([0-9]{2})")
BEFORE = r"(?:本人|老人|该人|该老人|户口|户籍|已经|已于|已|于|因病|因故|现|在外地|在|经核实|自然)*"
AFTER = r"(?:了|人员|户口|户籍|注销|销户|已|[。.，,；;、!！])*"
BARE_MOVES = ("迁往", "迁至")  # say nothing without a place,
ELSEWHERE = (
    r"((?:至|到|往|去|(?<=往)|(?<=至))"
    r"(?:(?!本|我)[一-鿿]{2,12}(?:省|市|县)(?:[一-鿿]{1,12}(?:市|区|县|镇|乡|街道|社区|村))?|北京|上海|天津|重庆|外地|外省|外市|国外))?"
)  # and a near one may be the list's own.


class Remarks:
    """How remarks are read with these words, each with what it means; `active` is what a person is otherwise. Who moved
    to a place that `is_ours` has not left the list."""

    def __init__(self, words: Mapping[str, str], active: str, is_ours: Callable[[str], bool] = lambda _: False) -> None:
        self.codes = {compared_remark(word): code for word, code in words.items()}
        self.active = active
        self.is_ours = is_ours
        said = "|".join(sorted(map(re.escape, self.codes), key=len, reverse=True))
        said = said.replace("|迁移", "").replace("迁移|", "")  # Into the list, or out of it?
        self._understood = re.compile(f"{BEFORE}(?:{DAY})?{BEFORE}({said}){AFTER}{ELSEWHERE}{AFTER}(?:{DAY})?{AFTER}")

    def code_of(self, text: str) -> str:
        """What a remark says of its person; where it cannot be understood they stay, and the row is in doubt."""
        said = compared_remark(text)
        found = self._understood.fullmatch(said) if len(said) <= LONGEST else None
        place = re.sub("^[至到往去]", "", found[2] or "") if found else ""
        if found and (place or found[1] not in BARE_MOVES) and not (place and self.is_ours(place)):
            return self.codes[found[1]]
        return self.active if said in NOTHING else DOUBTFUL + self.active


def compared_remark(text: str) -> str:
    """A remark without spaces, hidden characters and full-width forms."""
    return re.sub(r"\s", "", HIDDEN.sub("", unicodedata.normalize("NFKC", text)))


def day_of(text: str, read_on: date | None = None) -> str | None:
    """The day or the month that a remark states: 2025-03; None where it states none, or several. One that is in doubt
    was never, or is still to come on the day when it is read."""
    found = [*WHEN.finditer(compared_remark(text))]
    if len(found) != 1:
        return None
    year, month, day = (found[0][at] or found[0][at + 3] for at in (1, 2, 3))
    try:
        whole = date(int(year), int(month), int(day or 1))
    except ValueError:
        return DOUBTFUL
    if read_on and whole > read_on:
        return DOUBTFUL
    return whole.isoformat() if day else f"{whole:%Y-%m}"
