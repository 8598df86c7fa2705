"""Tables for people, laid out by rich: Chinese characters take two columns."""

from collections.abc import Iterable, Sequence
from io import StringIO

from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

GAP = 2  # columns between two values


def drawn(heads: Sequence[str], rows: Iterable[Sequence[str]], width: int | None) -> str:
    """The lines of a table, its heads bold; `width` is that of a terminal, None where nothing limits it."""
    table = Table(box=None, pad_edge=False, padding=(0, GAP, 0, 0), show_header=bool(heads), header_style="bold")
    for row in rows:
        while len(table.columns) < len(row):
            head = heads[len(table.columns)] if heads else ""
            table.add_column(Text(head), overflow="fold", no_wrap=width is None)
        table.add_row(*map(Text, row))
    out = StringIO()
    console = Console(file=out, force_terminal=width is not None, highlight=False, width=width or 1)
    if width is None:  # As wide as it is.
        console.width = Measurement.get(console, console.options.update(max_width=LARGEST), table).maximum
    console.print(table)
    return "".join(f"{line.rstrip()}\n" for line in out.getvalue().splitlines())


LARGEST = 1_000_000
