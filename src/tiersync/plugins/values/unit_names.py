"""Units by name: any usual spelling of a unit's name means one unit; what could be two, or none, is said to be so."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property, lru_cache
from typing import NamedTuple

from tiersync.model.hidden import HIDDEN
from tiersync.model.records.kinds import SEVERAL
from tiersync.model.unit import Nameable

LONGEST_TITLE = 200
LONGEST = 64  # characters of a spelling that anybody means for a unit
NEAREST, LOOKED_AT = 3, 40
LIKE = 0.3  # A name less like a text than this is no help to anybody.
MANY = 2**15  # names that are taken apart more than once
BEFORE = "省市县区旗州盟乡镇街道办处府年月日和与及暨跟含并"  # What may stand before a name in a title, beside signs.
NO_UNIT = re.compile(
    "农村|城镇|乡镇|城乡|小区|辖区|乡村|片区|园区|地区|行政村|村居|居村|[一-鿿]{2,8}省|"
    "[全本各该我](?:街道|社区|省|市|县|区|镇|乡|村)"
)  # in titles, and nobody's name
LIKE_A_UNIT = re.compile("[一-鿿]{1,10}?(?:社区|居委会|居民委员会|村委会|村民委员会|村|街道|办事处|镇|乡|区|县|市)")
BETWEEN = re.compile(r"[\s\-/\\>·・_|—–.]")  # 新湖街道-尉署社区 is 新湖街道尉署社区.
CODE = re.compile(r"([0-9]{9}|[0-9]{12})(?:\.0*)?")
UNIT_CODE = re.compile(r"[0-9]{12}")
PROVINCE = re.compile(r"^[一-鿿]{2,8}?(?:省|自治区)(?=.*市)")  # stands above any tree, before a city

# What a name ends with, by the kind of unit; the first is how it is said in short.
ENDINGS: Mapping[str, tuple[str, ...]] = {
    "居": ("社区", "社区居民委员会", "社区居委会", "社区居委", "居民委员会", "居委会", "居委"),
    "村": ("村", "村村民委员会", "村村委会", "村村委", "村民委员会", "村委会", "村委"),
    "街": ("街道", "街道办事处", "街道办", "街办", "办事处"),
    "镇": ("镇", "镇人民政府", "镇政府"),
    "乡": ("乡", "乡人民政府", "乡政府"),
    "区": ("区", "区人民政府", "区政府"),
    "县": ("县", "县人民政府", "县政府"),
    "市": ("市", "市人民政府", "市政府"),
}
KIND_OF = {ending: kind for kind, endings in ENDINGS.items() for ending in endings}
ENDING = re.compile(f"(?:{'|'.join(sorted(KIND_OF, key=len, reverse=True))})$")
ALIKE = (
    "居村",
    "街镇乡",
    "区县市",
)  # A village may have become a community, and a town a street, while its name stayed.
SHORTEST = 2  # characters of a name without its ending: 李村 is not 李, which may be anybody.


class Part(NamedTuple):
    """A name without what it ends with, and the kind of unit that the ending tells, '' for none."""

    core: str
    kind: str


def plain_name(name: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", name))


@lru_cache(MANY)
def compared(name: str) -> str:
    """A name as it is compared: without full-width forms, spaces, hidden characters and signs between its parts."""
    return BETWEEN.sub("", HIDDEN.sub("", unicodedata.normalize("NFKC", name)))


@lru_cache(MANY)
def parted(name: str) -> Part:
    """A compared name without its outermost ending: 康乐社区居委会 is 康乐 of a community."""
    found = ENDING.search(name)
    if not found:
        return Part(name, "")
    kind, core = KIND_OF[found[0]], name[: found.start()]
    return Part(core if len(core) >= SHORTEST else core + ENDINGS[kind][0], kind) if core else Part(name, "")


def bare(name: str) -> str:
    """A compared name without any ending: 于庄村社区居委会 is 于庄."""
    core, kind = parted(name)
    return parted(core).core if kind in ("居", "村") and parted(core).kind in ("居", "村") else core


def short_name(name: str) -> str:
    """A unit's name as people say it: 康乐社区居委会 is 康乐社区."""
    whole = compared(name)
    core, kind = parted(whole)
    usual = core + ENDINGS[kind][0] if kind and not core.endswith(ENDINGS[kind][0]) else core
    return usual if kind != "居" or whole.startswith(usual) else whole  # 东街居委会 is nobody's 东街社区.


def spellings_above(name: str) -> Iterator[str]:
    """How a unit's name may stand before that of one below it."""
    core, kind = parted(compared(name))
    yield from (compared(name), core)
    yield from (core.removesuffix(ENDINGS[kind][0]) + ending for ending in ENDINGS.get(kind, ()))


def _level(kind: str) -> str:
    return next((kinds for kinds in ALIKE if kind and kind in kinds), "")


@dataclass(frozen=True)
class UnitNames:
    """The spellings of the units that are `known`, those that a plugin may name. `ways` are they by what is compared,
    the surest way first; `heads` are those above others, by what may stand before a name; `own` are the office's own
    spellings; `outer` are those of the units above them all, the highest first."""

    known: Nameable
    own: Mapping[str, str]
    ways: tuple[Mapping[tuple[str, str], Set[str]], ...]
    heads: Mapping[str, Set[str]]
    outer: tuple[Set[str], ...]

    def code_of(self, text: str) -> str:
        """The code of the unit that a text means; a text that means none as it is, marked where it could be several."""
        number = CODE.fullmatch(compared_number(text))
        if number:
            code = number[1].ljust(12, "0")
            return code if code in self.known.names or len(number[1]) == len(code) else text
        found = self.meant(text)
        return next(iter(found)) if len(found) == 1 else f"{SEVERAL}{text}" if found else text

    def code_in(self, text: str) -> str:
        """The code of the one unit that a title or the name of a sheet or a file speaks of: 尉署社区老年人花名册."""
        whole = self.code_of(text)
        if whole != text:
            return whole
        found = self._spoken_of(text)
        return next(iter(found)) if len(found) == 1 else f"{SEVERAL}{text}" if found else text

    def _spoken_of(self, text: str) -> Set[str]:
        """The lowest units whose names stand in a text with what they end with, the longest names first."""
        line = re.sub(r"\s+", " ", HIDDEN.sub("", unicodedata.normalize("NFKC", text)))[:LONGEST_TITLE]
        found: set[str] = set()
        for begin, end in _likely_names(line):
            if meant := self.meant(line[begin:end]):
                found |= meant
                line = line[:begin] + " " * (end - begin) + line[end:]
        above = {up for code in found for up in self._above(code)}
        lowest = found - above
        return lowest | {""} if lowest and self._speaks_of_others(line) else lowest

    def _speaks_of_others(self, rest: str) -> bool:
        """Whether what is left of a title ends like the name of a unit that is not known here, as 陵城区 does."""
        for head in sorted((head for heads in self.outer for head in heads), key=len, reverse=True):
            rest = rest.replace(head, " ")
        return bool(LIKE_A_UNIT.search(NO_UNIT.sub(" ", rest)))

    def _above(self, code: str) -> Iterator[str]:
        while code := self.known.parents.get(code, ""):
            yield code

    def meant(self, text: str) -> Set[str]:
        """The codes of the units that a text could mean."""
        name = compared(text)
        if name in self.own:
            return {self.own[name]}
        if not 0 < len(name) <= LONGEST:
            return set()
        found = self._within(name, "")
        return found or {code for rest in self._below_others(name) for code in self._within(rest, "")}

    def _within(self, name: str, upper: str) -> Set[str]:
        """The units below `upper` ('' for any) that a name could mean: by itself, else with names above before it."""
        for way, keys in zip(self.ways, _keys(name), strict=True):
            if found := {code for key in keys for code in way.get(key, ()) if self._is_below(code, upper)}:
                return found
        return {
            code
            for at in range(1, len(name))
            for head in self.heads.get(name[:at], ())
            if self._is_below(head, upper)
            for code in self._within(name[at:], head)
        }

    def _is_below(self, code: str, upper: str) -> bool:
        while upper and (code := self.known.parents.get(code, "")):
            if code == upper:
                return True
        return not upper

    def _below_others(self, name: str) -> set[str]:
        """What is left of a name without those of the units above the plugin's, and of the province above a city."""
        rests = {name, PROVINCE.sub("", name, count=1)}
        for spelled in self.outer:
            rests |= {rest[len(head) :] for rest in rests for head in spelled if rest.startswith(head)}
        return rests - {""}

    def nearest(self, text: str) -> list[str]:
        """The names most like a text that means no unit, at most three, as people say them."""
        name = compared(text)[:LONGEST]
        heads = [at for at in range(1, len(name)) if name[:at] in self.heads]
        rest = name[max(heads, default=0) :]
        core = bare(rest)
        shared: dict[str, int] = {}
        for sign in set(core):
            for code in self._by_sign.get(sign, ()):
                shared[code] = shared.get(code, 0) + 1
        likely = sorted(shared, key=lambda code: (-shared[code], code))[:LOOKED_AT]
        ranked = sorted((*self._unlikeness(core, rest, code), code) for code in likely)
        return [self.spoken(code) for unlike, _, code in ranked if 1 - unlike >= LIKE][:NEAREST]

    def _unlikeness(self, core: str, rest: str, code: str) -> tuple[float, float]:
        short = short_name(self.known.names[code])
        return 1 - SequenceMatcher(None, core, bare(short)).ratio(), 1 - SequenceMatcher(None, rest, short).ratio()

    @cached_property
    def _by_sign(self) -> Mapping[str, Set[str]]:
        """The units in whose names, but for their endings, a character stands."""
        found: dict[str, set[str]] = {}
        for code, name in self.known.names.items():
            for sign in set(bare(compared(name))):
                found.setdefault(sign, set()).add(code)
        return found

    def spoken(self, code: str) -> str:
        """A unit's name as people say it, with that of the one above it where others are called the same."""
        name = short_name(self.known.names[code])
        if self._within(name, "") == {code}:
            return name
        upper = self.known.names.get(self.known.parents.get(code, ""), "")
        return short_name(upper) + name if upper else self.known.names[code]


def _likely_names(line: str) -> Iterator[tuple[int, int]]:
    """Where names may stand in a line: they end as units do and begin where nothing else ends, the longest first. What
    is longer than any name begins in the middle of a sentence."""
    ends = [end for end in range(1, len(line) + 1) if parted(compared(line[:end])).kind]
    begins = [at for at in range(len(line)) if at == 0 or not "一" <= line[at - 1] <= "鿿" or line[at - 1] in BEFORE]
    places = [(begin, end) for end in ends for begin in begins if SHORTEST < end - begin <= LONGEST]
    return iter(sorted(places, key=lambda place: (place[0] - place[1], place)))


def compared_number(text: str) -> str:
    return re.sub(r"[\s'’‘`]", "", HIDDEN.sub("", unicodedata.normalize("NFKC", text)))


def _keys(name: str) -> tuple[list[tuple[str, str]], ...]:
    """By what a name is compared, in the order of `ways`: whole, by its kind, without any ending by its kind, and
    without any ending among units like it."""
    core, kind = parted(name)
    inner = bare(name)
    return [("", name)], [(kind, core)], [(kind, inner)], [(_level(kind), inner)]


def names_of(units: Nameable | Mapping[str, str], own: Iterable[tuple[int, str, str]] = ()) -> UnitNames:
    """The spellings of `units` (code to name where nothing lies above another); `own` are the lines of units.csv."""
    known = units if isinstance(units, Nameable) else Nameable(names=dict(units))
    ways: tuple[dict[tuple[str, str], set[str]], ...] = ({}, {}, {}, {})
    heads: dict[str, set[str]] = {}
    above = {*known.parents.values()}
    for code, name in known.names.items():
        for spelled in _written(name, known.names.get(known.parents.get(code, ""), "")):
            for way, keys in zip(ways, (*_keys(spelled)[:-1], _loosely(spelled)), strict=True):
                for key in keys:
                    way.setdefault(key, set()).add(code)
        for spelled in spellings_above(name) if code in above else ():
            heads.setdefault(spelled, set()).add(code)
    spellings = {compared(text): code for _, text, code in own}
    for spelled, code in spellings.items():
        heads.setdefault(spelled, set()).add(code)
    return UnitNames(known, spellings, ways, heads, tuple(frozenset(spellings_above(name)) for name in known.above))


def _loosely(name: str) -> list[tuple[str, str]]:
    """A unit's name as it may be meant by one without an ending, or with another one."""
    level = _level(parted(name).kind)
    return [(one, bare(name)) for one in ({level, ""} if level else {"", *ALIKE})]


def _written(name: str, upper: str) -> Iterable[str]:
    """A unit's name, and what is left of one that begins with the name of the unit above it."""
    whole = compared(name)
    yield whole
    if upper and parted(compared(upper)).kind and whole.startswith(short_name(upper)):
        rest = whole.removeprefix(short_name(upper))
        if len(bare(rest)) >= SHORTEST and parted(rest).core != rest:
            yield rest
