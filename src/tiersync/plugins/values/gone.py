"""Words that say that somebody does not count any more, or counts elsewhere: in the names of sheets, and in remarks."""

import re
from collections import Counter
from collections.abc import Iterable

import polars as pl

from tiersync.plugins.values.unit_names import compared

LEFT = (
    "已故", "亡故", "病故", "身故", "过世", "去世", "死亡", "逝世", "离世", "注销", "销户", "迁出", "迁走", "迁往",
    "搬走", "搬离", "转出", "外迁", "调出", "失联", "停发", "停保", "终止", "取消", "作废", "不符合",
    "不享受", "未通过",
    "deceased", "dead", "died", "moved", "removed", "stopped", "cancel",
)  # fmt: skip
TWICE = ("重复", "合并", "duplicate")
GONE = re.compile("|".join((*LEFT, *TWICE)))


def count_spoken(cells: pl.Series) -> int:
    """How many cells of a column say such a word."""
    return int(cells.str.contains_any([*LEFT, *TWICE]).sum() or 0)


def words_seen(texts: Iterable[str]) -> Counter[str]:
    """How many of the texts say each such word; of several in one the first."""
    found = (GONE.search(compared(text[:500]).lower()) for text in texts)
    return Counter(match[0] for match in found if match)
