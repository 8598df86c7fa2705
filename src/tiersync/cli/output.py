"""Printing: tables for people, one JSON object for scripts, progress only where somebody watches."""

import json
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import click

SHOW_AFTER = 2.0  # seconds: what is done by then needs no progress.


def is_watched() -> bool:
    """Whether a person sees standard error as it is written."""
    return sys.stderr.isatty()


def print_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def width(text: str) -> int:
    """Columns of a terminal that a text takes: Chinese characters take two."""
    return sum(2 if ord(char) > 0x2E7F else 1 for char in text)


def print_table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Rows under their heads, columns as wide as their widest value."""
    lines = [tuple(map(str, heads)), *(tuple("" if v is None else str(v) for v in row) for row in rows)]
    widths = [max(width(line[column]) for line in lines) for column in range(len(heads))]
    for place, line in enumerate(lines):
        text = "  ".join(value + " " * (w - width(value)) for value, w in zip(line, widths, strict=True)).rstrip()
        click.secho(text, bold=place == 0)


def progress() -> Callable[[str, int, int], None]:
    """Shows the phase, how much of how much is done, and the time left, once work takes longer than two seconds."""
    if not is_watched():
        return lambda phase, done, known: None
    began = time.monotonic()

    def show(phase: str, done: int, known: int) -> None:
        spent = time.monotonic() - began
        if spent < SHOW_AFTER:
            return
        share = f" / {known:,}, {spent * (known - done) / done:.0f} s" if known and done else ""
        click.echo(f"\r\x1b[K{phase}: {done:,}{share}", nl=False, err=True)

    return show


def end_progress() -> None:
    if is_watched():
        click.echo("\r\x1b[K", nl=False, err=True)
