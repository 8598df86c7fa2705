"""Columns that people tick: one for each state, with a yes, a no or nothing in each cell."""

import re

from tiersync.model.lexicon import plain

YES = frozenset("√✓✔☑●○◯是有对yv1") | {"yes", "true", "已", "属实", "符合"}
NO = frozenset("否无×✗✘x〇0n-—/没") | {"no", "false", "没有", "不是", "未", "非", "不", "不符合"}
ASKS = re.compile(r"^(是否为|是否属于|是否是|是否|是不是|有无|有没有|属于)|(情况|老人|老年人|家庭|人员|户)$")


def word_of(header: str) -> str:
    """What a column asks about: 是否低保 is 低保."""
    word = plain(header).rpartition(">")[2].strip()
    word = re.sub(r"\((是|有|打|√|v)[^()]*\)$", "", word)
    shorter = ASKS.sub("", ASKS.sub("", word))
    return shorter or word


def asks(header: str) -> bool:
    """Whether a header is a question that is answered with yes or no."""
    return bool(re.match(r"(是否|是不是|有无|有没有)", plain(header).rpartition(">")[2].strip()))


def says_yes(cell: str, header: str) -> bool | None:
    """Whether a cell says yes to its header, or no; None where nobody can tell."""
    said = re.sub(r"\s", "", plain(cell))
    word = word_of(header)
    if said in YES or said in (word, plain(header)):
        return True
    return False if said in NO or said in ("非" + word, "不" + word) else None
