"""What a table is called, said of each of its rows: @sheet, @title and @file stand where a column is missing."""

import polars as pl

from tiersync.plugins.folder.stream import Stream
from tiersync.plugins.rows.headers import Header
from tiersync.plugins.rows.rows import SourceTable


def labels_of(stream: Stream, header: Header) -> dict[str, str]:
    """The label that speaks for each field in a table with these headers; none in one of refused rows that came back,
    where each field has a column."""
    return {name: field.label for name, field in stream.map.items() if field.label and name not in header.columns}


def label_text(label: str, file: str, sheet: str, title: str) -> str | None:
    """What a label says of a table; None for nothing."""
    return {"@sheet": sheet, "@title": title, "@file": file}[label].strip() or None


def labelled(table: SourceTable, stream: Stream) -> SourceTable:
    """The table with a column for each label that its rows take."""
    lacking = labels_of(stream, table.header)
    if not lacking:
        return table
    said = {label: label_text(label, table.file, table.sheet, table.title) for label in sorted({*lacking.values()})}
    frame = table.frame.with_columns(pl.lit(text, dtype=pl.String).alias(label) for label, text in said.items())
    header = table.header._replace(columns={**table.header.columns, **lacking})
    return table._replace(frame=frame, header=header)
