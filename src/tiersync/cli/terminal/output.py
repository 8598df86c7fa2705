"""Printing: tables for people, one JSON object for scripts, progress only where somebody watches."""

import json
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


def width(text: str) -> int:
    """Columns of a terminal that a text takes: Chinese characters take two."""
    return sum(2 if ord(char) > 0x2E7F else 1 for char in text)


def print_table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Rows under their heads, columns as wide as their widest value; nothing where there are no rows."""
    lines = [tuple("" if v is None else escaped_line(str(v)) for v in row) for row in rows]
    if not lines:
        return
    lines.insert(0, tuple(heads))
    widths = [max(width(line[column]) for line in lines) for column in range(len(heads))]
    for place, line in enumerate(lines):
        text = "  ".join(value + " " * (w - width(value)) for value, w in zip(line, widths, strict=True)).rstrip()
        click.secho(text, bold=place == 0)


def print_pairs(pairs: Iterable[tuple[str, object]]) -> None:
    """What is known of one thing, a line each; what is empty is left out."""
    known = [(name, escaped_line(str(value))) for name, value in pairs if value not in (None, "")]
    widest = max((width(name) for name, _ in known), default=0)
    for name, value in known:
        click.echo(f"{name}{' ' * (widest - width(name))}  {value}")


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


def progress(clock: Callable[[], float] = time.monotonic) -> Callable[[str, int, int], None]:
    """Shows the phase, how much of how much is done, and the time left, once work takes longer than two seconds."""
    if not is_watched():
        return lambda phase, done, known: None
    began = clock()
    phases: dict[str, float] = {}

    def show(phase: str, done: int, known: int) -> None:
        moment = clock()
        since = phases.setdefault(phase, moment)
        if moment - began >= SHOW_AFTER:
            click.echo(f"\r\x1b[K{phase}: {done:,}{how_much(moment - since, done, known)}", nl=False, err=True)

    return show


def how_much(spent: float, done: int, known: int) -> str:
    """Of how much, and how many seconds are left when this phase goes on as it did; nothing where that is not known."""
    if not known:
        return ""
    left = f", {spent * (known - done) / done:.0f} s" if done and spent else ""
    return f" / {known:,}{left}"


def end_progress() -> None:
    if is_watched():
        click.echo("\r\x1b[K", nl=False, err=True)
