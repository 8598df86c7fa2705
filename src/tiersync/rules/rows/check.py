"""Checking rows: every row of a source becomes a record, or is refused for one reason.

Whole columns are judged at once; a row in doubt is read by itself through its pydantic model, which words the reason.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
from pydantic import ValidationError

from tiersync.model.records.field import DOUBTFUL, CheckContext, Record
from tiersync.model.records.kinds import BIRTH, ISO_MONTH, Code, Count, Day, Identity, Number
from tiersync.model.records.record import RECORDS
from tiersync.model.spoken import DEPARTED
from tiersync.rules.rows import identity
from tiersync.rules.rows.columns import (
    APPROXIMATE,
    INSTEAD,
    PAPER,
    REMARK,
    TEXT,
    UNREAD,
    dtype_of,
    implied_by,
    is_doubtful,
    read_column,
)
from tiersync.rules.rows.flags import flags_of

__all__ = ["CheckContext", "Checked", "check"]

PLACES = ("place_file", "place_sheet", "place_row")
FIGURE = "figure"
QUALIFIED = r"^(about|nearly|at_most|at_least|over) "
REFUSED = {"row": pl.UInt32, "field": pl.String, "reason": pl.String}


@dataclass(frozen=True)
class Checked:
    """The records, in the order of their rows, and for each refused row its index, the field and the reason code."""

    accepted: pl.DataFrame
    refused: pl.DataFrame


def check(record: str, rows: pl.DataFrame, context: CheckContext) -> Checked:
    """Records out of `rows` of text (or Enums of text), and what was refused.

    Accepted rows have every field of the record in its type (Date, Int64, Decimal, Enum of a code list, String), their
    place, and `flags` joined by commas. A field without a column has its default; columns that are no fields are left
    behind. What a sound identity number tells of its person counts before the columns of that. What cannot be read of a
    field that the context does not need is left unknown.
    """
    model = RECORDS[record]
    rows = with_remarks(record, with_plain_numbers(record, with_number(model, rows)))
    read = read_columns(model, rows, context)
    spare = [name for name in model.kinds() if name in rows.columns and not context.needs(record, name)]
    if spare:
        rows, read = left_unknown(model, rows, read, spare, context)
    doubtful = doubts(model, rows, read, context, spare)
    refused = pl.DataFrame(list(read_singly(model, rows, doubtful.arg_true(), context)), REFUSED, orient="row")
    seen = (model.kinds().keys() & set(rows.columns)) | ({UNREAD} if spare or UNREAD in rows.columns else set())
    if any(isinstance(model.kinds()[name], Count | Number) for name in model.kinds().keys() & set(rows.columns)):
        seen.add(APPROXIMATE)
    if REMARK in rows.columns:
        seen.add(REMARK)
    flags = flags_of(seen, context).alias("flags")
    told = {of: said for name, kind in identities_of(model) for of, said in implied_by(name, kind, read.schema)}
    fields = [told.get(name, pl.col(name)) for name in model.kinds()]
    places = [place for place in PLACES if place in rows.columns]
    return Checked(without(read.select(*fields, *places, flags), refused["row"]), refused)


def left_unknown(
    model: type[Record], rows: pl.DataFrame, read: pl.DataFrame, spare: Sequence[str], context: CheckContext
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """`rows` and what was read of them without what cannot be read of the `spare` fields; `read` tells in which rows
    that is."""
    kinds = model.kinds()
    unsound = read.select(is_doubtful(name, kinds[name], context).alias(name) for name in spare)
    found = [name for name in spare if unsound[name].any()]
    emptied = [pl.when(~unsound[name]).then(pl.col(name)).alias(name) for name in found]
    texts = [pl.when(~unsound[name]).then(pl.col(name + TEXT)).alias(name + TEXT)
             for name in found if name + TEXT in read.columns]  # fmt: skip
    before = pl.col(UNREAD) if UNREAD in read.columns else pl.repeat(False, pl.len())
    unread = pl.any_horizontal(before, *(unsound[name] for name in found)).alias(UNREAD)
    return rows.with_columns(emptied), read.with_columns(*emptied, *texts, unread)


def read_columns(model: type[Record], rows: pl.DataFrame, context: CheckContext) -> pl.DataFrame:
    """`rows` with every field's column as its kind reads it."""
    rows = with_whole_days(model, with_papers(model, rows))
    given = [read_column(name, kind, context) for name, kind in model.kinds().items() if name in rows.columns]
    absent = [default(model, name, context) for name in model.kinds() if name not in rows.columns]
    read = rows.with_columns(*(column for columns in given for column in columns), *absent)
    return read.with_columns(
        identity.stands_without(name, kind).alias(name + INSTEAD) for name, kind in identities_of(model)
    )


def with_number(model: type[Record], rows: pl.DataFrame) -> pl.DataFrame:
    """`rows` with a column of numbers, empty where the source has none: other fields may stand for them."""
    blank = pl.lit(None, dtype=pl.String)
    return rows.with_columns(
        blank.alias(name) for name, kind in identities_of(model) if kind.instead and name not in rows.columns
    )


def with_plain_numbers(record: str, rows: pl.DataFrame) -> pl.DataFrame:
    """`rows` with the numbers alone where a word makes them approximate (`over 200`), and which rows have such ones. Of
    what is declared that word has a field of its own."""
    approximate = pl.repeat(False, rows.height, eager=True, dtype=pl.Boolean)
    for name, kind in RECORDS[record].kinds().items():
        if not isinstance(kind, Count | Number) or name not in rows.columns or record == FIGURE:
            continue
        texts = rows[name].cast(pl.String)
        qualified = texts.str.contains(QUALIFIED).fill_null(False)
        if qualified.any():
            rows = rows.with_columns(texts.str.replace(QUALIFIED, "").alias(name))
            approximate |= qualified
    return rows.with_columns(approximate.alias(APPROXIMATE))


def with_remarks(record: str, rows: pl.DataFrame) -> pl.DataFrame:
    """`rows` with what became of people by remarks that were understood, which rows have others, and in which the day
    that a remark states cannot be: it is left unknown, and what became of the person stands."""
    status, dated, _ = DEPARTED.get(record, ("", "", ""))
    return _without_doubt(_without_doubt(rows, status, REMARK), dated, UNREAD)


def _without_doubt(rows: pl.DataFrame, name: str, told: str) -> pl.DataFrame:
    """`rows` with a field as remarks that are in doubt leave it, and in which rows they are."""
    if name not in rows.columns:
        return rows
    column = rows[name]
    words = column.dtype.categories if isinstance(column.dtype, pl.Enum) else column
    if not words.str.starts_with(DOUBTFUL).any():
        return rows
    texts = column.cast(pl.String)
    doubtful = texts.str.starts_with(DOUBTFUL).fill_null(False)
    return rows.with_columns(texts.str.strip_prefix(DOUBTFUL).replace("", None).alias(name), doubtful.alias(told))


def with_whole_days(model: type[Record], rows: pl.DataFrame) -> pl.DataFrame:
    """`rows` with the day that stands for each date known to the month: of a birth that of the number, where it is of
    the same month."""
    for name, kind in model.kinds().items():
        if not isinstance(kind, Day) or name not in rows.columns:
            continue
        texts = rows[name].cast(pl.String)
        if not (texts.str.len_bytes() == len("2012-03")).any():
            continue
        months = texts.filter(texts.str.contains(f"^(?:{ISO_MONTH.pattern})$").fill_null(False)).unique().to_list()
        days = texts.replace({month: kind.day_of(month) for month in months})
        rows = rows.with_columns((_implied_by_number(model, rows, texts, days) if name == BIRTH else days).alias(name))
    return rows


def _implied_by_number(model: type[Record], rows: pl.DataFrame, texts: pl.Series, days: pl.Series) -> pl.Series:
    """`days` of birth, and that which the row's identity number says where `texts` names its month alone."""
    for name, _ in identities_of(model):
        if name in rows.columns:
            told = rows.select(identity.birth_of(pl.col(name).cast(pl.String)).dt.to_string("%Y-%m-%d")).to_series()
            days = told.zip_with((told.str.slice(0, len("2012-03")) == texts).fill_null(False), days)
    return days


def with_papers(model: type[Record], rows: pl.DataFrame) -> pl.DataFrame:
    """`rows` with numbers as the kind of each one's paper has them, and which are those of passports and permits."""
    for name, kind in identities_of(model):
        if {name, kind.kind_in} <= {*rows.columns}:
            said = pl.col(kind.kind_in).cast(pl.String)
            rows = rows.with_columns(identity.by_kind(pl.col(name).cast(pl.String), said))
            paper = identity.is_other_paper(said) & identity.is_paper(pl.col(name))
        else:
            paper = pl.lit(False)
        rows = rows.with_columns(paper.alias(name + PAPER))
    return rows


def identities_of(model: type[Record]) -> list[tuple[str, Identity]]:
    """The field of a record that holds identity numbers, if it has one."""
    return [(name, kind) for name, kind in model.kinds().items() if isinstance(kind, Identity)]


def default(model: type[Record], name: str, context: CheckContext) -> pl.Expr:
    """What stands in every row when the source has no such column."""
    value = model.model_fields[name].get_default()
    kind = model.kinds()[name]
    # A catalogue in force may be older than a field that no source brings, and lack its code list.
    is_listed = not isinstance(kind, Code) or kind.codes in context.codes
    return pl.lit(None if kind.need == "R" else value, dtype_of(kind, context) if is_listed else pl.String()).alias(
        name
    )


def doubts(
    model: type[Record], rows: pl.DataFrame, read: pl.DataFrame, context: CheckContext, spare: Sequence[str] = ()
) -> pl.Series:
    """Which rows are not plainly sound; the `spare` fields are."""
    kinds = model.kinds().items()
    judged = [name for name in rows.columns if name not in spare]
    given = [is_doubtful(name, kind, context) for name, kind in kinds if name in judged]
    lacking = any(kind.need == "R" and name not in rows.columns for name, kind in kinds)
    return read.select(pl.any_horizontal(pl.repeat(lacking, pl.len()), *given)).to_series()


def read_singly(
    model: type[Record], rows: pl.DataFrame, which: pl.Series, context: CheckContext
) -> Iterator[tuple[int, str, str]]:
    """Row index, field and reason code of each row that the model refuses."""
    texts = rows.select(name for name in model.kinds() if name in rows.columns)[which]
    for row, values in zip(which, texts.iter_rows(named=True), strict=True):
        if refusal := refuse(model, values, context):
            yield row, *refusal


def refuse(model: type[Record], values: dict[str, Any], context: CheckContext) -> tuple[str, str] | None:
    """The first field, in the model's order, that cannot be read, and why; None for a sound row."""
    try:
        model.model_validate(values, context=context)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        return str(first["loc"][0]), first["type"]
    return None


def without(frame: pl.DataFrame, rows: pl.Series) -> pl.DataFrame:
    """`frame` without the rows of these indexes."""
    if rows.is_empty():
        return frame
    return frame.filter(pl.repeat(True, frame.height, eager=True).scatter(rows, False))
