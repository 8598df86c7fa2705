"""What a column says by its cells: whether they are what a field of a kind holds, and how they must be read for it."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Literal, NamedTuple

import polars as pl

from tiersync.model.identity import check_character
from tiersync.model.lexicon import IndicatorNames, Lexicon
from tiersync.model.records import kinds
from tiersync.model.records.field import FieldKind
from tiersync.plugins.drafting.inference.column_naming import indicator_named, part_named
from tiersync.plugins.rows.mapping import BETWEEN_CODES, PLAINLY
from tiersync.plugins.values.approximate import number_in, qualifier_in
from tiersync.plugins.values.dates import HowDated, to_iso
from tiersync.plugins.values.loose_dates import Within
from tiersync.plugins.values.unit_names import CODE, UNIT_CODE, UnitNames, compared, parted, plain_name
from tiersync.rules.calendar.period_stated import period_in

IDENTITY_LIKE = re.compile(r"[0-9]{15}|[0-9]{17}[0-9Xx]|[0-9](\.[0-9]+)?E\+?[0-9]+")
PHONE_LIKE = re.compile(r"(\+?86)?1[0-9]{10}|(0[0-9]{2,3}-?)?[0-9]{7,8}")
NUMBER_LIKE = re.compile(
    r"[¥￥]?-?([0-9]{1,14}|[0-9]{1,3}(,[0-9]{3}){1,4})(\.[0-9]+)?元?"
)  # Longer ones are numbers of something.
DIMS = re.compile(r"[a-z_]+=[^\s:;=]+(;[a-z_]+=[^\s:;=]+)*")
INDICATOR = re.compile(r"[A-Z][0-9]{2}")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}(-[0-9]{2})?")
YEAR_LAST = re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.][12][0-9]{3}")
MONTHS = 12
SOME_YEAR = 2024  # in which there is a 29 February
MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])(-[0-9]{2})?")
PERIOD = re.compile(r"(19|20)[0-9]{2}(-(H[12]|Q[1-4]|0[1-9]|1[0-2]|W[0-5][0-9]))?")
LONGEST_NAME = 12  # characters of a person's name, with room for 阿卜杜拉·买买提


class Contents(NamedTuple):
    """How well cells fit a field: the share that does, and how they must be read: the rest of a mapping's entry.

    `strange` are words for which no code is known; `fits` is 1 where there is nothing to judge.
    """

    fits: float
    reading: dict[str, object]
    strange: tuple[str, ...] = ()


def judge(kind: FieldKind, cells: Sequence[str], lexicon: Lexicon, units: UnitNames) -> Contents:
    """What the filled `cells` of a column say about a field of this kind. `units` are those that may be named."""
    if not cells:
        return Contents(1.0, _reading_of_nothing(kind))
    match kind:
        case kinds.Code(codes="INDICATOR"):
            return _indicators(cells, lexicon.indicators)
        case kinds.Code(codes=codes) | kinds.Codes(codes=codes):
            return _codes(cells, lexicon.words.get(codes, {}), several=isinstance(kind, kinds.Codes))
        case kinds.UnitRef():
            return _units(cells, units)
        case kinds.Day():
            return judge_days(cells)
        case kinds.Month():
            return _months(cells)
        case kinds.PeriodRef():
            return Contents(share(cells, lambda cell: PERIOD.fullmatch(period_in(cell))), {})
        case kinds.Count() | kinds.Number():
            return _numbers(cells)
        case kinds.Identity():
            return Contents(share(cells, IDENTITY_LIKE.fullmatch), {})
    return Contents(1.0, {})


def judge_text(field: str, cells: Sequence[str]) -> Contents:
    """The same for free text, of which only names and telephones have a shape."""
    if not cells:
        return Contents(1.0, {})
    if field == "name":
        return Contents(share(cells, _is_a_name), {})
    if field == "phone":
        return Contents(share(cells, lambda cell: PHONE_LIKE.fullmatch(cell.replace(" ", ""))), {})
    return Contents(1.0 - share(cells, IDENTITY_LIKE.fullmatch), {})


def share(cells: Sequence[str], is_one: Callable[[str], object]) -> float:
    """The share of cells that are one."""
    return sum(bool(is_one(cell.strip())) for cell in cells) / len(cells)


def has_checksums(cells: Sequence[str]) -> bool:
    """Whether most cells are identity numbers whose check character fits: nothing else looks like that."""
    whole = [cell.strip().upper() for cell in cells]
    sound = [
        text for text in whole if re.fullmatch(r"[0-9]{17}[0-9X]", text) and check_character(text[:17]) == text[17]
    ]
    return len(sound) * 2 > len(whole)


def _is_a_name(cell: str) -> bool:
    return len(cell) <= LONGEST_NAME and not re.search(r"[0-9]", cell)


def _reading_of_nothing(kind: FieldKind) -> dict[str, object]:
    return {"parse": "date"} if isinstance(kind, kinds.Day) else {}


def judge_days(cells: Sequence[str], *, happened: bool = False) -> Contents:
    """What dates say; of what `happened` a title may say the year. Where it stands last, some day past the twelfth has
    to prove whether day or month comes first."""
    parse = _parse_of(cells)
    first: Literal["", "day", "month"] = "day" if parse == "day_first" else "month" if parse == "month_first" else ""
    how = HowDated(
        "UTC", happened, Within(SOME_YEAR) if happened else None, first=first
    )  # In any time zone it is a day.
    texts = pl.Series(cells, dtype=pl.String)
    read = to_iso(texts, lambda texts: texts.str.normalize("NFKC").str.strip_chars(), how)
    return Contents(share(read.to_list(), DAY.fullmatch), {"parse": parse})


def _parse_of(cells: Sequence[str]) -> str:
    """How a column of dates is to be read, as far as its cells prove it."""
    found = [match for cell in cells if (match := YEAR_LAST.fullmatch(plain_name(cell)))]
    over = [any(int(match[group]) > MONTHS for match in found) for group in (1, 2)]
    return {(True, False): "day_first", (False, True): "month_first"}.get((over[0], over[1]), "date")


def _months(cells: Sequence[str]) -> Contents:
    """Months as the program writes them need no setting; 2016.01 and 2021年3月 are read as dates are."""
    if (fits := share(cells, MONTH.fullmatch)) == 1.0:
        return Contents(fits, {})
    return judge_days(cells)


def _numbers(cells: Sequence[str]) -> Contents:
    """Numbers as they are written; words that make them approximate need no setting."""
    approximate = any(qualifier_in(cell) != "exact" for cell in cells)
    fits = share(cells, lambda cell: NUMBER_LIKE.fullmatch(cell) or NUMBER_LIKE.fullmatch(number_in(cell)))
    plainly = approximate or all(re.fullmatch(PLAINLY, cell.strip()) for cell in cells)
    return Contents(fits, {} if plainly else {"clean": ["nfkc", "strip", "number"]})


def _units(cells: Sequence[str], units: UnitNames) -> Contents:
    """Codes of 12 digits need no setting; what is not known may look like a unit's name by its ending."""
    if all(UNIT_CODE.fullmatch(cell.strip()) for cell in cells):
        return Contents(1.0, {})
    fits = share(cells, lambda cell: UNIT_CODE.fullmatch(units.code_of(cell)))
    called = share(cells, lambda cell: CODE.fullmatch(cell) or parted(compared(cell)).kind in ("居", "村", "街"))
    return Contents(max(fits, called * 0.8), {"lookup": "units"})


def _codes(cells: Sequence[str], words: Mapping[str, str], *, several: bool) -> Contents:
    """Words that stand for codes become a table; where the cells are the codes already, none is needed."""
    parts = [part for cell in cells for part in (_parts(cell, words) if several else [cell])]
    known = {part: words[plain_name(part).lower()] for part in parts if plain_name(part).lower() in words}
    strange = tuple(sorted({part.strip() for part in parts} - {part.strip() for part in known}))
    fits = sum(part in known for part in parts) / len(parts)
    table = {part.strip(): code for part, code in sorted(known.items(), key=lambda told: (told[1], told[0]))}
    if all(word == code for word, code in table.items()):
        return Contents(fits, {}, strange)
    return Contents(fits, {"values": table}, strange)


def _indicators(cells: Sequence[str], known: IndicatorNames) -> Contents:
    """Names of indicators become a table of their codes; where all cells are codes, none is needed."""
    if all(INDICATOR.fullmatch(cell.strip()) for cell in cells):
        return Contents(1.0, {})
    found = {cell.strip(): indicator_named(cell, known) for cell in cells}
    strange = tuple(sorted(cell for cell, code in found.items() if not code))
    table = {cell: code for cell, code in sorted(found.items(), key=lambda told: (told[1], told[0])) if code}
    return Contents(share(cells, lambda cell: found[cell]), {"values": table}, strange)


def judge_dims(cells: Sequence[str], known: IndicatorNames) -> Contents:
    """Words for parts of indicators become a table of what a figure's dims say; those that say it need none."""
    if all(DIMS.fullmatch(cell.strip()) for cell in cells):
        return Contents(1.0, {})
    found = {cell.strip(): part_named(cell, known) for cell in cells}
    strange = tuple(sorted(cell for cell, part in found.items() if part is None))
    table = {cell: part for cell, part in sorted(found.items()) if part is not None}
    return Contents(share(cells, lambda cell: found[cell] is not None), {"values": table}, strange)


def _parts(cell: str, words: Mapping[str, str]) -> list[str]:
    if plain_name(cell).lower() in words:
        return [cell]
    return [part for part in BETWEEN_CODES.split(cell) if part]
