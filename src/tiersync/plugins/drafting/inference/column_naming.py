"""What the header of a column of figures says by its words alone: of which indicator they are, and of which part."""

import re
from collections.abc import Iterator, Sequence

from tiersync.model.indicator_names import is_share, name_key
from tiersync.model.lexicon import NOT_DECLARED, IndicatorNames
from tiersync.model.records.figure_column import FigureColumn, column_of
from tiersync.plugins.drafting.inference.naming import Named, Strength

LONGEST = 60  # characters of a header
SHORTEST = 2  # of a name that stands within a header
LED_BY = re.compile(r"^\s*第?[0-9一二三四五六七八九十]{1,2}([、．)）]|\.(?![0-9]))\s*")
OF_THESE = re.compile(r"^\s*其\s*中\s*[:：]?\s*")
CODED = re.compile(r"^\s*([A-Z]{1,3}[0-9]{2,3})[\s_.:：、-]+(?=\S)")
NEUTRAL = re.compile(
    "(老人|老龄|人口|人|年龄|高龄|基本|主要|全部|各|类|分|段|组|构成|结构|分布|情况|数据|指标|统计|数)*"
)
BOUNDED = re.compile(r"[0-9]-[0-9]|以下|以内|不足|未满")
WHOLE = re.compile(
    "[总合小共]?计|总?数|总?人|合计[数人]|全部|total|number|count|all"
)  # says of what stands above it no more
AGED = re.compile(r"[0-9]{2,3}岁以上|老人")
OLD = "老人"  # Whom a band of age alone speaks of.


def columns_named(path: Sequence[str], known: IndicatorNames) -> list[Named]:
    """The columns of figures that a header may be, the words above it first in `path`; none where it surely is none.

    An exact name, or a usual one, is sure, and so is one beside the word of a part: 60岁以上 > 女. A name within other
    words is no more than a question: nobody knows what they change. A share is no count.
    """
    words = [OF_THESE.sub("", LED_BY.sub("", word)) for word in path if word.strip()]
    if not words or len("".join(words)) > LONGEST or any(map(is_share, words)):
        return []
    *upper, lowest = [name_key(word) for word in words]
    if known.names.get(lowest) == NOT_DECLARED:
        return []
    sure = _sure(upper, lowest, known)
    if upper and not sure and WHOLE.fullmatch(lowest):
        sure = _sure(upper[:-1], upper[-1], known)
    if sure:
        return [Named(name, Strength.EXACT if len(sure) == 1 else Strength.WEAK) for name in sure]
    if code := _coded(words[-1], known):
        return [Named(code, Strength.NEAR)]
    return [Named(code, Strength.WEAK) for code in _within("".join((*upper, lowest)), known)]


def indicator_named(name: str, known: IndicatorNames) -> str:
    """The indicator that a name surely means as a whole, '' where it means none, a part of one, or several."""
    found = columns_named([name], known)
    code = found[0].field if len(found) == 1 and found[0].strength >= Strength.NEAR else ""
    return "" if column_of(code).dims else code


def part_named(word: str, known: IndicatorNames) -> str | None:
    """What a word says of a part, such as sex=2; '' of the whole, None where it may be several things or is none."""
    key = name_key(OF_THESE.sub("", word))
    parts = known.parts.get(key, ())
    return "" if WHOLE.fullmatch(key) else parts[0] if len(parts) == 1 else None


def _sure(upper: Sequence[str], lowest: str, known: IndicatorNames) -> list[str]:
    """What a header surely means: by its lowest words, or together with those above them."""
    upper = [word for word in upper if not NEUTRAL.fullmatch(word)]
    alone = known.names.get(lowest)
    if alone and all(AGED.fullmatch(word) for word in upper):
        return [alone]
    whole = "".join((*_narrowest(upper), lowest))
    if upper and (together := known.names.get(whole)):
        return [together]
    return list(dict.fromkeys(_parted(whole, known)))


def _narrowest(upper: Sequence[str]) -> Iterator[str]:
    """The words above a header without an age that another one below it narrows."""
    for at, word in enumerate(upper):
        if not (AGED.fullmatch(word) and any(map(AGED.fullmatch, upper[at + 1 :]))):
            yield word


def _parted(whole: str, known: IndicatorNames) -> Iterator[str]:
    """A name with the word of a part before it or behind it."""
    for at in range(len(whole) + 1):
        head, tail = whole[:at], whole[at:]
        for word, name in ((head, tail), (tail, head)):
            for part in known.parts.get(word, ()):
                dim = part.partition("=")[0]
                whose = name or (OLD if dim == "age_band" else "")
                code = known.names.get(whose) or known.names.get(f"{{{dim}}}{name}")
                if code and dim in known.splits.get(code, ()):
                    yield FigureColumn(code, part).name


def _coded(word: str, known: IndicatorNames) -> str | None:
    """The indicator of `P02 老年人口`, where the name behind the code says nothing else."""
    found = CODED.match(word)
    code = known.names.get(name_key(found[1])) if found else None
    named = known.names.get(name_key(word[found.end() :])) if found else None
    return code if code and named in (None, code) else None


def _within(whole: str, known: IndicatorNames) -> list[str]:
    """The indicators whose names stand somewhere in a header; of a range of ages none with an open bound does."""
    if BOUNDED.search(whole):
        return []
    names = [name for name in known.names if len(name) >= SHORTEST and not name.isascii() and name in whole]
    longest = [name for name in names if not any(name != other and name in other for other in names)]
    return list(dict.fromkeys(known.names[name] for name in longest))
