"""Fields of which a file's name, its sheet or its title says the value of every row below."""

import polars as pl

from tiersync.plugins.folder.stream import Stream
from tiersync.plugins.rows.rows import SourceTable, is_returned
from tiersync.rules.calendar.period_stated import period_in, period_stated


def stated_labels(stream: Stream) -> dict[str, str]:
    """The stated fields with their labels, under which a refused row keeps what was stated."""
    return {name: stream.kinds[name].zh for name, field in stream.map.items() if field.stated}


def stated_fields(table: SourceTable, stream: Stream, place: str) -> list[pl.Series]:
    """The columns that are stated. `place` is all that the names of a table and its title say; of rows that come back
    corrected nobody knows any more where they stood, so each says it itself."""
    return [_value(table, label, place).alias(name) for name, label in stated_labels(stream).items()]


def with_stated(table: SourceTable, stream: Stream, place: str) -> pl.DataFrame:
    """The raw rows with what is stated of them."""
    labels = [label for label in stated_labels(stream).values() if label not in table.frame.columns]
    return table.frame.with_columns(_value(table, label, place).alias(label) for label in labels)


def _value(table: SourceTable, label: str, place: str) -> pl.Series:
    if is_returned(table.header) and label in table.frame.columns:
        written = table.frame[label].str.strip_chars()
        return written.replace({text: period_in(text) for text in written.drop_nulls().unique()})
    return pl.repeat(period_stated(place), table.height, dtype=pl.String, eager=True)
