"""Tables as CSV, one below the other, which spreadsheets open with no formula that would run."""

import csv
from collections.abc import Iterable, Sequence
from typing import TextIO

from tiersync.model.hidden import escaped_line
from tiersync.plugins.exporters.csv_exporter import harmless
from tiersync.views.table import Reader, Table


def write(tables: Sequence[Table], reader: Reader, file: TextIO) -> None:
    """Heads and rows; where there are several tables, each under its title, with an empty line between them."""
    lines = csv.writer(file)
    for place, one in enumerate(tables):
        if place:
            lines.writerow(())
        if len(tables) > 1:
            lines.writerow(_shown([one.title.say(reader.lang)]))
        lines.writerow(_shown(one.heads_for(reader)))
        lines.writerows(map(_shown, one.rows_for(reader)))


def _shown(values: Iterable[object]) -> list[str]:
    """Values as texts whose hidden characters are spelled out: behind one, nobody would see a formula."""
    return harmless(escaped_line(str(value)) for value in values)
