"""The mapping: columns under a source's own headers become the fields of a record, as text, whole columns at once."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Literal, NamedTuple

import polars as pl

from tiersync.model.records.field import CELL_ERRORS, UNMEASURED
from tiersync.model.records.kinds import BIRTH, Count, Day, PeriodRef
from tiersync.model.spoken import DEPARTED, REGISTERS
from tiersync.plugins.folder.stream import DATES, LABELS, Clean, MappedField, Stream
from tiersync.plugins.rows.headers import Header
from tiersync.plugins.values.approximate import (
    OTHER_DIGITS,
    measures_of,
    names_measure,
    number_in,
    qualified_in,
    qualifier_in,
    times_of,
)
from tiersync.plugins.values.dates import HowDated, to_iso
from tiersync.plugins.values.day_numbers import Behind, System, behind_by, count_since_1904, system_by
from tiersync.plugins.values.loose_dates import Within
from tiersync.plugins.values.remarks import Remarks, day_of
from tiersync.plugins.values.ticks import says_yes
from tiersync.plugins.values.unit_names import UnitNames, plain_name
from tiersync.rules.calendar.period_stated import period_in

UNMAPPED = "=unmapped:"  # Before a value that the table lacks: as it stands it might be one of our codes by accident.
PLAIN: tuple[Clean, ...] = ("nfkc", "strip")
IDENTITY: tuple[Clean, ...] = ("nfkc", "strip", "apostrophe", "upper", "signs")
INVISIBLE = r"\p{Cf}"  # Marks of where lines may break, or run: copied along with a text, and seen by nobody.
TYPED = r"^=\s*\"(.*)\"$"  # How a program keeps a spreadsheet from taking digits for a number.
SIGNS = r"[\s\-‐‑‒–—―−_·]"
WITH_SIGNS = rf"^(?:[0-9]{SIGNS}*){{14,17}}[0-9X]$"
OF_A_PERSON = r"^[0-9]{14,17}[0-9X]$"
CHANGED = {PLAIN: r"^\s|\s$|^$|[^\x00-\x7f\u4e00-\u9fff]", IDENTITY: r"^$|[^0-9X]"}  # These steps change no other text.
PLAINLY = r"^-?[0-9]+(\.[0-9]+)?$"
SHARES = frozenset({"%"})  # No column of figures holds any: an indicator that is a ratio is declared as two numbers.
BARE = r"^\s*[0-9０-９]{4,5}(\.|\s*$)"  # what may be a number of days
BETWEEN_CODES = re.compile(r"[,，、;；/|\s]+")


def _without_signs(texts: pl.Series) -> pl.Series:
    """Identity numbers without the signs between their digits, and without ="…"; what is none stays as it is."""
    bare = texts.str.replace(TYPED, "${1}").str.strip_chars()
    return bare.str.replace_all(SIGNS, "").zip_with(bare.str.contains(WITH_SIGNS).fill_null(False), bare)


STEPS: Mapping[Clean, Callable[[pl.Series], pl.Series]] = {
    "nfkc": lambda texts: texts.str.normalize("NFKC").str.replace_all(INVISIBLE, ""),
    "strip": lambda texts: texts.str.strip_chars(),
    "apostrophe": lambda texts: texts.str.strip_chars_start("'’‘`"),  # How a spreadsheet is told that digits are text.
    "signs": _without_signs,
    "upper": lambda texts: texts.str.to_uppercase(),
    "lower": lambda texts: texts.str.to_lowercase(),
    "nospace": lambda texts: texts.str.replace_all(r"\s", ""),
    "digits": lambda texts: texts.str.replace_all(r"[^0-9]", ""),
    "number": lambda texts: texts.str.replace_all(r"[,\s]|^[¥￥]|元$", ""),  # ¥1,200.00元 is 1200.00.
}


class KnownOfTable(NamedTuple):
    """What is known of a table: the year that its title states (0: none), how far the numbers of its rows are behind
    those that count days from 1900 (None: not at all), how many birth dates count from 1904, and by what its title says
    that money is multiplied (1: it says nothing), and the last day of the one day or month that it states."""

    year: int = 0
    behind: Behind | None = None
    since_1904: int = 0
    times: int = 1
    until: date | None = None


NOTHING_SAID = KnownOfTable()


def map_rows(
    raw: pl.DataFrame, header: Header, stream: Stream, units: UnitNames, said: KnownOfTable = NOTHING_SAID
) -> pl.DataFrame:
    """The mapped columns of `raw`, constants left out. `units` are those that may be named; `said` is
    what is known of the whole table.

    What is translated word by word comes as an Enum of the words that occur, everything else as text.
    """
    columns = (
        _map_ticks(raw.select(header.ticked[name]), name, stream) if name in header.ticked
        else _map_column(raw[header.columns[name]], name, stream, units, said)
        for name in header.columns
    )  # fmt: skip
    return pl.DataFrame([column.alias(name) for name, column in zip(header.columns, columns, strict=True)])


def count_cleaned(raw: pl.DataFrame, header: Header, stream: Stream, mapped: pl.DataFrame) -> int:
    """How many identity numbers stand otherwise in the source than they are taken, but for blanks around them, a small
    x, and the apostrophe that tells a spreadsheet that digits are text."""
    count = 0
    for name in stream.identities & header.columns.keys():
        before, after = raw[header.columns[name]], mapped[name]
        changed = (before != after).fill_null(False).arg_true()
        before, after = before.gather(changed), after.gather(changed)
        plain = STEPS["upper"](STEPS["apostrophe"](before.str.strip_chars()))
        count += int(((plain != after) & after.str.contains(OF_A_PERSON)).sum())
    return count


def constants(stream: Stream) -> list[pl.Expr]:
    """The columns that hold one value in every row."""
    return [pl.lit(field.constant).alias(name) for name, field in stream.map.items() if field.constant is not None]


def said_of(raw: pl.DataFrame, header: Header, stream: Stream, year: int, system: System | None = None) -> KnownOfTable:
    """What is known of a table whose title states `year`, and of which the whole file says that it counts days by
    `system` (None: only its own rows say so)."""
    if system in ("", "1900") or not shows_date_system(raw, header, stream):
        return KnownOfTable(year)
    births, numbers = _births(raw, header, stream)
    behind = behind_by(births, numbers, system_by(births, numbers) if system is None else system)
    return KnownOfTable(year, behind, count_since_1904(births, behind.births) if behind else 0)


def system_of(raw: pl.DataFrame, header: Header, stream: Stream) -> System:
    """From which year the rows count days, '' where they do not tell."""
    return system_by(*_births(raw, header, stream)) if shows_date_system(raw, header, stream) else ""


def shows_date_system(raw: pl.DataFrame, header: Header, stream: Stream) -> bool:
    """Whether there are dates that are bare numbers, and birth dates and identity numbers to prove what they mean."""
    if not stream.identities & header.columns.keys() or BIRTH not in header.columns:
        return False
    dates = [raw[header.columns[name]] for name in header.columns if stream.map[name].parse in DATES]
    return stream.map[BIRTH].parse in DATES and any(column.str.contains(BARE).any() for column in dates)


def _births(raw: pl.DataFrame, header: Header, stream: Stream) -> tuple[pl.Series, pl.Series]:
    """Birth dates and the identity numbers beside them."""
    numbers = next(iter(stream.identities & header.columns.keys()))
    return _clean(raw[header.columns[BIRTH]], PLAIN), _clean(raw[header.columns[numbers]], IDENTITY)


def _how_dated(name: str, stream: Stream, said: KnownOfTable) -> HowDated:
    """How the dates of a field are meant. The day of a birth, or of what a register lists, is in no title's year."""
    kind, parse = stream.kinds[name], stream.map[name].parse
    happened = stream.record not in REGISTERS and name != BIRTH
    first: Literal["", "day", "month"] = "day" if parse == "day_first" else "month" if parse == "month_first" else ""
    ends = isinstance(kind, Day) and kind.ends
    within = Within(said.year, said.until, stream.resume.read_on) if said.year else None
    behind = said.behind and (said.behind.births if name == BIRTH else said.behind.others)
    return HowDated(stream.time_zone, happened, within, ends, first, behind)


def _map_column(raw: pl.Series, name: str, stream: Stream, units: UnitNames, said: KnownOfTable) -> pl.Series:
    field = stream.map[name]
    usual = IDENTITY if name in stream.identities else PLAIN
    steps = usual if field.clean is None else field.clean
    if field.parse in DATES:
        return to_iso(raw, lambda texts: _clean(texts, steps), _how_dated(name, stream, said))
    if name in stream.numbers:
        return _map_numbers(raw, name, stream, said)
    if field.parse == "remark":
        return _each_distinct(raw, steps, _of_remarks(field, name, stream, units))
    if field.parse:
        return _each_distinct(raw, steps, qualifier_in)
    if field.lookup == "units":
        return _each_distinct(raw, steps, units.code_in if raw.name in LABELS else units.code_of)
    if isinstance(stream.kinds[name], PeriodRef):
        return _each_distinct(raw, steps, period_in)
    if field.values:
        return _each_distinct(raw, steps, _translation(field, name, stream))
    texts = _clean(raw, steps)
    return texts.str.replace_all(BETWEEN_CODES.pattern, ",") if name in stream.lists else texts


def _map_ticks(raw: pl.DataFrame, name: str, stream: Stream) -> pl.Series:
    """The code of the first column that says yes, of a field of several codes those of all; nothing where none does. A
    cell that says neither yes nor no stands for itself."""
    ticked = [
        _each_distinct(column, PLAIN, partial(_tick, header=header, code=code)).cast(pl.String)
        for column, (header, code) in zip(raw, stream.map[name].ticks.items(), strict=True)
    ]
    if name in stream.lists:
        joined = pl.select(pl.concat_str(ticked, separator=",", ignore_nulls=True)).to_series()
        return joined.str.replace_all("(^|,),+", "${1}").str.strip_chars(",").replace("", None)
    said = [column.replace("", None) for column in ticked]
    return pl.select(pl.coalesce(said)).to_series()


def _tick(cell: str, header: str, code: str) -> str:
    said = says_yes(cell, header)
    return f"{UNMAPPED}{cell}" if said is None else code if said else ""


def _map_numbers(raw: pl.Series, name: str, stream: Stream, said: KnownOfTable) -> pl.Series:
    """A column of numbers in ones. Where the title says 万元 and the header nothing, nobody knows what they are."""
    field, kind = stream.map[name], stream.kinds[name]
    given = PLAIN if field.clean is None else field.clean
    steps = tuple(step for step in given if step != "number")  # It would lose what is said of a number.
    times, is_count = times_of(raw.name) if field.times is None else field.times, isinstance(kind, Count)
    strange = raw.str.contains(OTHER_DIGITS).fill_null(False)
    texts = raw.zip_with(strange, _clean(raw, steps)) if strange.any() else _clean(raw, steps)
    read = number_in if field.parse == "number" else qualified_in
    measures = measures_of(name, is_count) - (SHARES if name in stream.figures else frozenset())
    numbers = _read_numbers(texts, partial(read, times=times, measures=measures), times)
    if strange.any():
        numbers = raw.zip_with(strange, numbers)
    if said.times == 1 or is_count or field.times is not None or names_measure(raw.name):
        return numbers
    own = texts.str.contains("[万亿元]").fill_null(False)
    return numbers.zip_with(own, UNMEASURED + numbers)


def _read_numbers(texts: pl.Series, read: Callable[[str], str], times: int) -> pl.Series:
    """Numbers in ones; 200余人 is `over 200`. What is plainly a number stays as it is."""
    other = texts.is_not_null() if times != 1 else (~texts.str.contains(PLAINLY)).fill_null(False)
    at = other.arg_true()
    if at.is_empty():
        return texts
    return texts.clone().scatter(at, _each_distinct(texts.gather(at), (), read).cast(pl.String))


def _clean(texts: pl.Series, steps: tuple[Clean, ...]) -> pl.Series:
    """`texts` after each step in turn; what is empty then is nothing. Only what may change is touched."""
    if steps not in CHANGED:
        return _take_steps(texts, steps)
    other = texts.str.contains(CHANGED[steps]).fill_null(False).arg_true()
    if other.is_empty():
        return texts
    return texts.clone().scatter(other, _take_steps(texts.gather(other), steps))


def _take_steps(texts: pl.Series, steps: tuple[Clean, ...]) -> pl.Series:
    for step in steps:
        texts = STEPS[step](texts)
    return texts.set(texts == "", None)


def _of_remarks(field: MappedField, name: str, stream: Stream, units: UnitNames) -> Callable[[str], str | None]:
    """How a field is read out of remarks: a day, or what became of somebody."""
    status, _, active = DEPARTED.get(stream.record, ("", "", ""))
    remarks = Remarks(field.values, active, lambda place: units.code_in(place) != place)
    return remarks.code_of if name == status else partial(day_of, read_on=stream.resume.read_on)


def _translation(field: MappedField, name: str, stream: Stream) -> Callable[[str], str]:
    """How a field's words become codes, one by one or several in a cell."""
    table = {plain_name(word): code for word, code in field.values.items()}
    mark = UNMAPPED if name in stream.coded else ""

    def translate(text: str) -> str:
        return table.get(plain_name(text), text if text in CELL_ERRORS else mark + text)

    def translate_all(text: str) -> str:
        if plain_name(text) in table:
            return translate(text)
        return ",".join(translate(part) for part in BETWEEN_CODES.split(text) if part)

    return translate_all if name in stream.lists else translate


def _each_distinct(raw: pl.Series, steps: tuple[Clean, ...], translate: Callable[[str], str | None]) -> pl.Series:
    """Clean and translate each text that occurs once, however often it does."""
    distinct = raw.drop_nulls().unique()
    cleaned = _clean(distinct, steps).to_list()
    translated = [None if text is None else translate(text) for text in cleaned]
    codes = pl.Enum(sorted({text for text in translated if text is not None}))
    return pl.Series(translated, dtype=codes).gather(raw.cast(pl.Enum(distinct)).to_physical())
