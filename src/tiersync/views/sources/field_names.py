"""Fields of records as offices call them; columns of figures by their indicators."""

from tiersync.model.catalogue import Catalogue
from tiersync.model.records.figure_column import column_of, is_column
from tiersync.model.records.record import RECORDS
from tiersync.model.text import Text, join, plain


def field_name(catalogue: Catalogue, record: str, field: str) -> Text:
    """A field of a record as the office calls it; of a record type that is not known, as any other calls it."""
    if is_column(record, field):
        return column_name(catalogue, field)
    kinds = [of_record.kinds() for name, of_record in RECORDS.items() if name == record or record not in RECORDS]
    return Text(next((of_record[field].zh for of_record in kinds if field in of_record), field), field)


def column_name(catalogue: Catalogue, column: str) -> Text:
    """The indicator of a column, and which part of it; one that the catalogue does not have is called by its code."""
    code, dims = column_of(column)
    indicator = catalogue.by_code.get(code)
    words = Text(indicator.zh, indicator.en) if indicator else plain(code)
    parts = [_part(catalogue, *one.split("=")) for one in dims.split(";") if one]
    if not parts:
        return words
    part = join(parts, "，", ", ")
    return Text(f"{words.zh}（{part.zh}）", f"{words.en}, {part.en}")


def _part(catalogue: Catalogue, dim: str, code: str) -> Text:
    """A code of a dimension in words; one that the catalogue does not have stays as it is."""
    dimension = catalogue.by_dimension.get(dim)
    entries = catalogue.codes.get(dimension.codes, ()) if dimension else ()
    return next((Text(one.zh, one.en or one.zh) for one in entries if one.code == code), plain(code))
