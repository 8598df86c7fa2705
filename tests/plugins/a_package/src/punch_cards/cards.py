"""Reads cards: a line for each person, its columns ended by a slash, under a line of headers."""

import polars as pl

from tiersync.plugins.kinds.files import files_of
from tiersync.plugins.rows.headers import read_header
from tiersync.plugins.rows.rows import SourceTable


def read(plugin, stream):
    for found in files_of(plugin, stream):
        heads, *rows = (line.split("/") for line in found.path.read_text(encoding="utf-8").splitlines())
        header = read_header(heads, stream.map, found.name)
        frame = pl.DataFrame(rows, schema=dict.fromkeys(header.names, pl.String), orient="row")
        yield SourceTable(frame, header, found.name, "", 2)
