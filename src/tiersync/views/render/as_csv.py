"""Tables as CSV, one below the other, which spreadsheets open with no formula that would run."""

import csv
from collections.abc import Sequence
from typing import TextIO

from tiersync.plugins.exporters.csv_exporter import harmless
from tiersync.views.table import Reader, Table


def write(tables: Sequence[Table], reader: Reader, file: TextIO) -> None:
    """Heads and rows; where there are several tables, each under its title, with an empty line between them."""
    lines = csv.writer(file)
    for place, one in enumerate(tables):
        if place:
            lines.writerow(())
        if len(tables) > 1:
            lines.writerow(harmless([one.title.say(reader.lang)]))
        lines.writerow(harmless(one.heads_for(reader)))
        lines.writerows(harmless(map(str, row)) for row in one.rows_for(reader))
