"""Checking rows: every row of a source becomes a record, or is refused for one reason.

Whole columns are judged at once; a row in doubt is read by itself through its pydantic model, which words the reason.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl
from pydantic import ValidationError

from tiersync.model.field import CheckContext, Record
from tiersync.model.kinds import Code
from tiersync.model.record import RECORDS
from tiersync.rules.columns import dtype_of, is_doubtful, read_column
from tiersync.rules.flags import flags_of

__all__ = ["CheckContext", "Checked", "check"]

PLACES = ("place_file", "place_sheet", "place_row")
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
    behind.
    """
    model = RECORDS[record]
    read = read_columns(model, rows, context)
    doubtful = doubts(model, rows, read, context)
    refused = pl.DataFrame(list(read_singly(model, rows, doubtful.arg_true(), context)), REFUSED, orient="row")
    flagged = read.with_columns(flags=flags_of(model.kinds().keys() & set(rows.columns), context))
    columns = [*model.kinds(), *(place for place in PLACES if place in rows.columns), "flags"]
    return Checked(without(flagged.select(columns), refused["row"]), refused)


def read_columns(model: type[Record], rows: pl.DataFrame, context: CheckContext) -> pl.DataFrame:
    """`rows` with every field's column as its kind reads it."""
    given = [read_column(name, kind, context) for name, kind in model.kinds().items() if name in rows.columns]
    absent = [default(model, name, context) for name in model.kinds() if name not in rows.columns]
    return rows.with_columns(*(column for columns in given for column in columns), *absent)


def default(model: type[Record], name: str, context: CheckContext) -> pl.Expr:
    """What stands in every row when the source has no such column."""
    value = model.model_fields[name].get_default()
    kind = model.kinds()[name]
    # A catalogue in force may be older than a field that no source brings, and lack its code list.
    is_listed = not isinstance(kind, Code) or kind.codes in context.codes
    return pl.lit(None if kind.need == "R" else value, dtype_of(kind, context) if is_listed else pl.String()).alias(
        name
    )


def doubts(model: type[Record], rows: pl.DataFrame, read: pl.DataFrame, context: CheckContext) -> pl.Series:
    """Which rows are not plainly sound."""
    kinds = model.kinds().items()
    given = [is_doubtful(name, kind, context) for name, kind in kinds if name in rows.columns]
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
