"""Printing: tables for people, one JSON object for scripts, progress only where somebody watches."""

import json
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import click

from tiersync.model.hidden import HIDDEN, escaped, escaped_line

SHOW_AFTER = 2.0  # seconds: what is done by then needs no progress.


def is_watched() -> bool:
    """Whether a person sees standard error as it is written."""
    return sys.stderr.isatty()


def print_json(value: Any) -> None:
    """One JSON value, whole whatever the encoding of standard output is."""
    spoken = (getattr(sys.stdout, "encoding", None) or "").lower().startswith("utf")
    click.echo(escaped_json(json.dumps(value, ensure_ascii=not spoken, indent=2, default=str)))


def escaped_json(text: str) -> str:
    """JSON that says the same with its hidden characters spelled out; between its values stand line breaks only."""
    return HIDDEN.sub(lambda found: found[0] if found[0] == "\n" else _spelled(found[0]), text)


def _spelled(char: str) -> str:
    """A character as JSON spells it that shows none of it: \\u001b; a pair of these where one is not enough."""
    return f"\\u{ord(char):04x}" if ord(char) < 0x10000 else json.dumps(char)[1:-1]


def print_table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Rows under their heads, as wide as their values; at a terminal that is too narrow cells go on in lines of their
    own. Nothing where there are no rows."""
    lines = [["" if value is None else escaped_line(str(value)) for value in row] for row in rows]
    if lines:
        from tiersync.cli.terminal.rich_table import drawn

        click.echo(drawn(heads, lines, terminal_width()), nl=False)


def terminal_width() -> int | None:
    """How many columns standard output shows; None for a file or a pipe, which show any."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def print_pairs(pairs: Iterable[tuple[str, object]]) -> None:
    """What is known of one thing, a line each; what is empty is left out."""
    known = [[name, escaped_line(str(value))] for name, value in pairs if value not in (None, "")]
    if known:
        from tiersync.cli.terminal.rich_table import drawn

        click.echo(drawn((), known, terminal_width()), nl=False)


def print_section(title: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table under its title; nothing where there are no rows."""
    lines = list(rows)
    if lines:
        click.secho(escaped(f"\n{title}"), bold=True)
        print_table(heads, lines)


def complain(text: str) -> None:
    """Say what went wrong, on standard error."""
    click.secho(escaped(text), fg="red", err=True)


def note(text: str) -> None:
    """Something to know beside the result, on standard error."""
    click.echo(escaped(text), err=True)


def progress() -> Callable[[str, int, int], None]:
    """Shows the phase, how much of how much is done, and the time left, once work takes longer than two seconds."""
    if not is_watched():
        return lambda phase, done, known: None
    began = time.monotonic()

    def show(phase: str, done: int, known: int) -> None:
        if time.monotonic() - began >= SHOW_AFTER:
            from tiersync.cli.terminal.rich_progress import SHOWN

            SHOWN.show(phase, done, known)

    return show


def end_progress() -> None:
    """Clear the line of progress, if one was shown."""
    if shown := sys.modules.get("tiersync.cli.terminal.rich_progress"):
        shown.SHOWN.end()
