"""Reads a web service: the items of its JSON answers as rows, nested names dotted, each row once."""

from collections.abc import Iterator, Sequence
from typing import Any

import polars as pl

from tiersync.plugins.folder.manifest import Plugin
from tiersync.plugins.folder.settings import usable_settings
from tiersync.plugins.folder.stream import Stream
from tiersync.plugins.kinds.http.pages import Page, bad_service, pages, too_few
from tiersync.plugins.kinds.http.settings import HttpSettings
from tiersync.plugins.rows.headers import Header, read_header
from tiersync.plugins.rows.rows import SourceTable

MOST_ITEMS = 10_000_000
DEEPEST = 5
MOST_STALE = 2  # pages in a row without anything new: a page may repeat a row of the one before, and be the last.


def read(plugin: Plugin, stream: Stream) -> Iterator[SourceTable]:
    """The items of every page. Half a register is never believed: fewer items than the service tells are an error."""
    settings = usable_settings(HttpSettings, stream.source.options, stream.name)
    if stream.cursor.param and stream.resume.since:
        asked = settings.params | {stream.cursor.param: stream.resume.since}
        settings = settings.model_copy(update={"params": asked})
    seen: dict[int, int] = {}
    header: Header | None = None
    row, total, stale = 1, None, 0
    for page in pages(settings):
        rows = [flat(item) for item in page.items]
        header = header or _header(rows, stream, settings)
        fresh = _fresh(rows, header, stream, seen, settings)
        total = page.total
        share = min(1.0, len(seen) / total) if total else 0.0
        yield SourceTable(_frame(fresh, header), header, settings.place, _page(page), row, share=share)
        row += len(fresh)
        stale = stale + 1 if rows and not fresh else 0
        if stale == MOST_STALE:
            raise bad_service(settings, "its pages bring the same items again and again", "分页反复返回相同的数据")
        if row > MOST_ITEMS:
            raise bad_service(settings, "it has no end", "数据没有尽头")
    if total is not None and len(seen) < total:
        raise too_few(settings, total, len(seen))


def flat(item: dict[str, Any], prefix: str = "", depth: int = 0) -> dict[str, str | None]:
    """An item as texts: nested names are dotted, several plain values joined by commas; what is deeper is left."""
    texts: dict[str, str | None] = {}
    for name, value in item.items():
        key = f"{prefix}{name}"
        if isinstance(value, dict) and depth < DEEPEST:
            texts |= flat(value, f"{key}.", depth + 1)
        elif isinstance(value, list):
            texts[key] = ",".join(part for part in map(_text, value) if part) or None
        else:
            texts[key] = _text(value)
    return texts


def _text(value: Any) -> str | None:
    if isinstance(value, bool):
        return "1" if value else "0"
    return value if isinstance(value, str) else None


def _header(rows: Sequence[dict[str, str | None]], stream: Stream, settings: HttpSettings) -> Header:
    """The names that the first page shows; a mapped one must be among them, though it be null in every item."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    if stream.cursor.field and stream.cursor.field not in names:  # Many services leave out what is null.
        names.append(stream.cursor.field)
    if not rows:
        names = [header for field in stream.map.values() for header in field.columns[:1]]
    return read_header(names, stream.map, settings.place)


def _fresh(
    rows: Sequence[dict[str, str | None]], header: Header, stream: Stream, seen: dict[int, int], settings: HttpSettings
) -> list[dict[str, str | None]]:
    """The rows that were not on an earlier page. The same key with other values means that the service changed while it
    was read, and then nobody knows what was missed."""
    columns = [header.columns[name] for name in stream.key if name in header.columns]
    fresh = []
    for row in rows:
        whole = hash(tuple(sorted(row.items(), key=str)))
        parts = tuple(row.get(name) for name in columns)
        key = (
            hash(parts) if parts and all(parts) else whole
        )  # Rows without a key are not one row; the checks refuse each.
        if key not in seen:
            seen[key] = whole
            fresh.append(row)
        elif seen[key] != whole:
            raise bad_service(
                settings,
                "two items have the same key and other values: it changed while it was read, or the key is none",
                "两条数据主键相同而内容不同：读取期间数据有变，或主键选得不对",
            )
    return fresh


def _frame(rows: Sequence[dict[str, str | None]], header: Header) -> pl.DataFrame:
    return pl.DataFrame({name: pl.Series([row.get(name) for row in rows], dtype=pl.String) for name in header.names})


def _page(page: Page) -> str:
    return str(page.number)
