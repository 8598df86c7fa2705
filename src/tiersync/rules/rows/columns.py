"""Whole columns by the kinds of their fields: how each is read, and whether each text in it is sound.

What is judged sound here, the kind's own `read` accepts; where that is in doubt the row is read by itself.
"""

from collections.abc import Callable, Iterable, Iterator
from re import Pattern, escape
from typing import Any

import polars as pl

from tiersync.model.identity import FEMALE, MALE
from tiersync.model.records import kinds
from tiersync.model.records.field import CELL_ERRORS, CheckContext, FieldKind
from tiersync.rules.rows import identity

TEXT, DIGITS, BIRTH = ":text", ":digits", ":birth"  # Beside a field's column: its text, and what its number holds;
PAPER, INSTEAD = ":paper", ":instead"  # whether it is that of a passport or permit, or other fields stand for it.
UNREAD = ":unread"  # Beside a row: whether something of it cannot be read that nobody needs, or that a remark says.
REMARK = ":remark"  # Beside a row: whether it has a remark that nobody understands.
APPROXIMATE = ":approximate"  # Beside a row: whether a number in it is approximate.
PERIOD = "(19|2[0-9])[0-9]{2}(-(H[12]|Q[1-4]|0[1-9]|1[0-2]|W(0[1-9]|[1-4][0-9]|5[0-2])))?"  # W53 is read by itself.
NOTHING = r"[^\s\S]"
WITH_TEXT = (kinds.Code, kinds.Day, kinds.Month, kinds.Count, kinds.Number)


def dtype_of(kind: FieldKind, context: CheckContext) -> pl.DataType:
    """The type of a column of this kind, once read."""
    match kind:
        case kinds.Code(codes=codes):
            return pl.Enum(sorted(context.list_of(codes)))
        case kinds.Day() | kinds.Month():
            return pl.Date()
        case kinds.Count():
            return pl.Int64()
        case kinds.Number(places=places):
            return pl.Decimal(18, places)
    return pl.String()


def read_column(name: str, kind: FieldKind, context: CheckContext) -> Iterable[pl.Expr]:
    """The column `name`, text or Enum, as its kind reads it, and beside it what judging it needs."""
    dtype, text = dtype_of(kind, context), pl.col(name).cast(pl.String)
    match kind:
        case kinds.Code():
            return [pl.col(name).cast(dtype, strict=False), pl.col(name).alias(name + TEXT)]
        case kinds.Day():
            return [days(text), text.alias(name + TEXT)]
        case kinds.Month():
            return [months(text), text.alias(name + TEXT)]
        case kinds.Count():
            return [text.str.extract(r"^(-?[0-9]+)(?:\.0*)?$").cast(pl.Int64, strict=False), text.alias(name + TEXT)]
        case kinds.Number():
            return [text.cast(dtype, strict=False), text.alias(name + TEXT)]
        case kinds.Identity():
            digits, birth = identity.digits_of(text), identity.birth_of(text)
            return [text, digits.alias(name + DIGITS), birth.alias(name + BIRTH)]
    return [text]


def implied_by(number: str, kind: kinds.Identity, schema: pl.Schema) -> Iterator[tuple[str, pl.Expr]]:
    """What identity numbers tell of the record's other fields, by field; of a row without one, their own columns."""
    if kinds.BIRTH in kind.instead:
        yield kinds.BIRTH, pl.coalesce(number + BIRTH, kinds.BIRTH).alias(kinds.BIRTH)
    if kinds.SEX in kind.instead:
        sexes = pl.lit(pl.Series([MALE, FEMALE], dtype=schema[kinds.SEX]))
        told = sexes.gather(identity.is_woman(pl.col(number + DIGITS)).cast(pl.UInt32))
        yield kinds.SEX, pl.coalesce(told, kinds.SEX).alias(kinds.SEX)


def days(text: pl.Expr) -> pl.Expr:
    return text.str.to_date("%Y-%m-%d", strict=False)


def months(text: pl.Expr) -> pl.Expr:
    return pl.coalesce(days(text + "-01"), days(text)).dt.month_start()


def matches(text: pl.Expr, *patterns: Pattern[str] | str) -> pl.Expr:
    """Whether each text as a whole is written as one of the patterns says."""
    written = "|".join(pattern if isinstance(pattern, str) else pattern.pattern for pattern in patterns)
    return text.str.contains(f"^(?:{written})$")


def is_doubtful(name: str, kind: FieldKind, context: CheckContext) -> pl.Expr:
    """Whether each row's field is not plainly sound; a field that is not needed may be empty. Never none."""
    doubtful = SOUND[type(kind)](name, kind, context).ne_missing(True)
    if kind.need == "R":
        return doubtful
    if isinstance(kind, kinds.Identity) and kind.need == "C" and kind.instead:
        return doubtful & ~pl.col(name + INSTEAD)
    text = name + TEXT if isinstance(kind, WITH_TEXT) else name
    return doubtful & pl.col(text).is_not_null()


def sound_text(name: str, kind: kinds.FreeText, context: CheckContext) -> pl.Expr:
    return (pl.col(name).str.len_chars() <= kind.most) & ~pl.col(name).is_in(sorted(CELL_ERRORS))


def sound_code(name: str, kind: kinds.Code, context: CheckContext) -> pl.Expr:
    return pl.col(name).is_not_null()


def sound_codes(name: str, kind: kinds.Codes, context: CheckContext) -> pl.Expr:
    one = "|".join(map(escape, sorted(context.list_of(kind.codes)))) or NOTHING
    return matches(pl.col(name), f"(?:{one})(?:,(?:{one}))*")


def sound_identity(name: str, kind: kinds.Identity, context: CheckContext) -> pl.Expr:
    sound = identity.is_sound(pl.col(name), pl.col(name + DIGITS), pl.col(name + BIRTH), context.today)
    return sound | pl.col(name + PAPER)


def sound_unit(name: str, kind: kinds.UnitRef, context: CheckContext) -> pl.Expr:
    written = matches(pl.col(name), kinds.UNIT)
    return written & pl.col(name).is_in(sorted(context.allowed)) if kind.own else written


def sound_day(name: str, kind: kinds.Day, context: CheckContext) -> pl.Expr:
    last = min(context.today, kinds.LATEST) if kind.past else kinds.LATEST
    sound = matches(pl.col(name + TEXT), kinds.ISO_DAY) & pl.col(name).is_between(kinds.EARLIEST, last)
    return sound & (pl.col(name) >= pl.col(kind.not_before)).fill_null(True) if kind.not_before else sound


def sound_month(name: str, kind: kinds.Month, context: CheckContext) -> pl.Expr:
    written = matches(pl.col(name + TEXT), kinds.ISO_DAY, kinds.ISO_MONTH)
    return written & pl.col(name).is_between(kinds.EARLIEST, kinds.LATEST)


def sound_period(name: str, kind: kinds.PeriodRef, context: CheckContext) -> pl.Expr:
    return matches(pl.col(name), PERIOD)


def sound_count(name: str, kind: kinds.Count, context: CheckContext) -> pl.Expr:
    most = pl.col(kind.at_most).fill_null(kinds.LARGEST_COUNT) if kind.at_most else pl.lit(kinds.LARGEST_COUNT)
    return matches(pl.col(name + TEXT), kinds.WHOLE) & pl.col(name).is_between(kind.least, most)


def sound_number(name: str, kind: kinds.Number, context: CheckContext) -> pl.Expr:
    written = matches(pl.col(name + TEXT), kind.pattern)
    if kind.at_most:
        written &= (pl.col(name) <= pl.col(kind.at_most)).fill_null(True)
    if kind.at_least:
        written &= (pl.col(name) >= pl.col(kind.at_least)).fill_null(True)
    if kind.signed:
        return written
    field, code = kind.signed_if
    return written & ((pl.col(name) >= 0) | (pl.col(field) == code) if field else pl.col(name) >= 0)


SOUND: dict[type[FieldKind], Callable[[str, Any, CheckContext], pl.Expr]] = {
    kinds.FreeText: sound_text,
    kinds.Code: sound_code,
    kinds.Codes: sound_codes,
    kinds.Identity: sound_identity,
    kinds.UnitRef: sound_unit,
    kinds.Day: sound_day,
    kinds.Month: sound_month,
    kinds.PeriodRef: sound_period,
    kinds.Count: sound_count,
    kinds.Number: sound_number,
}
