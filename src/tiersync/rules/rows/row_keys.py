"""Keys that a row does not name itself: a mark made of a field that no snapshot keeps, or of the whole row."""

from collections.abc import Iterable

import polars as pl
import polars_hash as plh

from tiersync.model.lexicon import plain

WHOLE_ROW = "whole_row"  # Beside a row's fields while it is read: a digest of all that stands in it.
ROW_KEY = "row_key"  # Beside a record: what tells it from others where nothing that is kept does.
BETWEEN, EQUALS = "\x1f", "\x1e"
RUNNING = frozenset({"序号", "行号", "序列号", "no", "no.", "#"})  # They number the lines, and say nothing of a row.


def whole_rows(fields: pl.DataFrame, cells: pl.DataFrame) -> pl.Series:
    """SHA-256 of the fields that were made of each row, and of its cells under their headers, in whatever order the
    columns stand; running numbers, and columns in which a row has nothing, are left out."""
    texts = pl.DataFrame({WHOLE_ROW: _texts_of(fields) + _texts_of(cells)})
    return texts.select(plh.col(WHOLE_ROW).chash.sha2_256()).to_series()


def _texts_of(frame: pl.DataFrame) -> pl.Series:
    named = sorted((plain(name), name) for name in frame.columns if plain(name) not in RUNNING)
    told = [_told(header, pl.col(name).cast(pl.String)) for header, name in named]
    return frame.select(pl.concat_str([pl.repeat(BETWEEN, pl.len()), *told], ignore_nulls=True)).to_series()


def _told(header: str, cell: pl.Expr) -> pl.Expr:
    return pl.when(cell.str.contains(r"\S")).then(pl.lit(f"{header}{EQUALS}") + cell.str.strip_chars() + BETWEEN)


def row_keys(rows: pl.DataFrame, names: Iterable[str], secret: str) -> pl.Series:
    """HMAC-SHA256 of the fields `names` of each row under the node's secret, none where a row has none of them.

    It begins with what no identity number begins with, so that it is nobody's person key.
    """
    fields = [pl.col(name).cast(pl.String) for name in names]
    text = pl.concat_str([pl.lit("row"), *(field.fill_null("") for field in fields)], separator=BETWEEN)
    some = pl.any_horizontal(field.is_not_null() for field in fields)
    texts = rows.select(pl.when(some).then(text).alias(ROW_KEY))
    return texts.select(plh.col(ROW_KEY).chash.hmac_sha256(key=secret)).to_series()
