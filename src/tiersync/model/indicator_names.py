"""By which names people call an indicator, and how two spellings of one name are seen to be one."""

import re
import unicodedata

from tiersync.model.lexicon import plain

MEASURE = re.compile(r"\((单位:?)?(人|名|位|个|人次|人数|场次|场|次|份|张|床|件|户|岁|周岁|(千|万|百万|亿)?元)\)")
AGE = re.compile(r"([0-9]{2,3})(?:周?岁)?(?:-([0-9]{2,3}))?(?:周?岁)?(?:及|含|[(]含[)])*(以上|\+)?")
SENIORS = re.compile("老年人口|老龄人口|老年人|长者")
SHARE = re.compile(r"[%‰]|占比|比重|比例|比率|百分|[率]$|share|percent|rate|ratio")
OF_AN_AGE = re.compile(
    r"(?:老人)?的?([0-9]{2,3}岁以上|[0-9]{2,3}-[0-9]{2,3}岁|百岁)的?(?:高龄)?(?:老人|老年|人口|人员|人)?(?:总?数|数量)?"
)
FROM_TO = re.compile(r"(?<=[0-9])(?:周?岁)?[~～—–―−‐‑‒至到](?=[0-9])|(?<=[0-9])(?:周?岁)-(?=[0-9])")
AT_LEAST = re.compile(r"(?:≥|>=|不低于)([0-9]{2,3})(?:周?岁)?")
A_CENTURY = re.compile("100岁以上|百岁及?以上")


def name_key(name: str) -> str:
    """A name as it is compared: spelled plainly, ages in one way, seniors by one word, a word for number left out."""
    spelled = MEASURE.sub("", FROM_TO.sub("-", plain(name)))
    spelled = AT_LEAST.sub(r"\1岁以上", spelled)
    spelled = re.sub(r"[()\[\]《》“”\"'_,，、·。/]|(?<=[^0-9])-|-(?=[^0-9])", "", AGE.sub(_age, spelled))
    spelled = SENIORS.sub("老人", A_CENTURY.sub("百岁", spelled))
    if aged := OF_AN_AGE.fullmatch(spelled):
        return aged[1]
    return re.sub("人(?:总?数|数量)$", "人", re.sub("(?:总数|数量)$", "数", spelled))


def _age(found: re.Match[str]) -> str:
    """60岁以上 of 60周岁及以上 and 60+, 80-89岁 of 80岁—89周岁; any other number as it is."""
    low, high, above = found.groups()
    if above and not high:
        return f"{low}岁以上"
    if high and not above:
        return f"{low}-{high}岁"
    return found[0]


def is_share(name: str) -> bool:
    """Whether a name is that of a share, which is no count however it is called."""
    return bool(SHARE.search(unicodedata.normalize("NFKC", name).lower()))
