"""Reads a source that nobody foresaw: a function in the plugin's own source.py yields its rows."""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import polars as pl
from pydantic import JsonValue

from tiersync.errors import BadPlugin, BadSource
from tiersync.model.text import Text
from tiersync.plugins.folder.manifest import MANIFEST, Plugin
from tiersync.plugins.folder.settings import usable_settings
from tiersync.plugins.folder.stream import Stream
from tiersync.plugins.kinds.files import CODE
from tiersync.plugins.kinds.http.pages import bad_service, pages
from tiersync.plugins.kinds.http.settings import HttpSettings, check_address
from tiersync.plugins.kinds.sql.values import spell_float
from tiersync.plugins.rows.headers import Header, read_header
from tiersync.plugins.rows.rows import SourceTable

MARK = "_tiersync_source"
ROWS_AT_ONCE = 20_000

Rows = Callable[[object, "Context"], Iterator[Any]]


def source(record: str, key: list[str] | None = None, name: str = "") -> Callable[[Rows], Rows]:
    """Marks a function of source.py as the one that brings the rows of a stream.

    It is called with `since` (how far the cursor has come; None: everything) and a `Context`, and yields rows as dicts,
    lists of dicts, Polars or Arrow frames. `name` is the stream's, where two streams bring the same record. `key` is
    for the reader; what plugin.toml says counts.
    """

    def mark(function: Rows) -> Rows:
        setattr(function, MARK, name or record)
        return function

    return mark


class Context:
    """What a source function may use: files of its own folder, what plugin.toml sets, and pages of a web service."""

    def __init__(self, folder: Path, options: Mapping[str, JsonValue]) -> None:
        self.folder = folder
        self.options = options

    def files(self, pattern: str) -> list[Path]:
        """The files of the plugin's folder that a pattern names, in order of name; never one outside it."""
        found = sorted(path for path in self.folder.glob(pattern) if path.is_file())
        return [path for path in found if path.resolve().is_relative_to(self.folder.resolve())]

    def pages(self, url: str, **settings: Any) -> Iterator[list[dict[str, Any]]]:
        """The items of each page of a web service; the settings, and what is safe, are those of kind = "http"."""
        asked = usable_settings(HttpSettings, {"url": url, **settings}, CODE)
        for wrong in check_address(asked):
            raise bad_service(asked, wrong.en, wrong.zh)
        return (page.items for page in pages(asked))


def read(plugin: Plugin, stream: Stream) -> Iterator[SourceTable]:
    """The rows that the stream's function yields, some ten thousand at a time."""
    function = _function_of(plugin, stream)
    header: Header | None = None
    row = 1
    yielded = function(stream.resume.since or None, Context(plugin.folder, stream.source.options))
    if not isinstance(yielded, Iterable):
        kind = type(yielded).__name__
        raise _strange(stream, f"it returns {kind}; yield rows", f"返回了 {kind}；请用 yield 产生行")
    for frame in _frames(yielded, stream):
        header = header or read_header(frame.columns, stream.map, CODE)
        lacking = [name for name in header.names if name not in frame.columns]
        whole = frame.with_columns(pl.lit(None, dtype=pl.String).alias(name) for name in lacking)
        yield SourceTable(whole.select(header.names), header, CODE, "", row)
        row += frame.height
    if header is None and not stream.resume.goes_on:
        raise BadSource(place=stream.name, why_en="it yields nothing", why_zh="没有产生任何行")


def _function_of(plugin: Plugin, stream: Stream) -> Rows:
    module = _load(plugin)
    found = [value for value in vars(module).values() if callable(value) and getattr(value, MARK, "") == stream.name]
    if len(found) != 1:
        zh, en = Text("没有函数", "no function") if not found else Text("有多个函数", "more than one function")
        marked = f"@source {stream.name}"
        raise _bad(plugin, f"{CODE}: {en} is marked {marked}", f"{CODE}：{zh}标记为 {marked}")
    return found[0]


def _load(plugin: Plugin) -> ModuleType:
    """The plugin's module; it may import what lies beside it."""
    spec = spec_from_file_location(f"tiersync_plugin_{plugin.id}", plugin.folder / CODE)
    if spec is None or spec.loader is None or not (plugin.folder / CODE).is_file():
        raise _bad(plugin, f"{CODE} is missing", f"缺少 {CODE}")
    module = module_from_spec(spec)
    sys.path.insert(0, str(plugin.folder))
    try:
        spec.loader.exec_module(module)
    except SyntaxError as error:
        line = error.lineno
        raise _bad(plugin, f"{CODE}, line {line}: no valid Python", f"{CODE} 第 {line} 行语法错误") from None
    return module


def _frames(yielded: Iterable[Any], stream: Stream) -> Iterator[pl.DataFrame]:
    """What was yielded, as frames of text; single rows are gathered."""
    waiting: list[dict[str, Any]] = []
    for one in yielded:
        if isinstance(one, dict):
            waiting.append(one)
        elif isinstance(one, list) and all(isinstance(row, dict) for row in one):
            waiting += one
        else:
            yield from _gathered(waiting, stream)
            waiting = []
            if (frame := _frame(one, stream)).width:
                yield _as_text(frame)
        if len(waiting) >= ROWS_AT_ONCE:
            yield from _gathered(waiting, stream)
            waiting = []
    yield from _gathered(waiting, stream)


def _gathered(rows: list[dict[str, Any]], stream: Stream) -> Iterator[pl.DataFrame]:
    if rows:
        names = list(dict.fromkeys(name for row in rows for name in row))
        yield pl.DataFrame([_column(str(name), [row.get(name) for row in rows], stream) for name in names])


def _column(name: str, values: list[Any], stream: Stream) -> pl.Series:
    """Values as text; one that holds others has no text, and only its column is told."""
    if nested := next((value for value in values if isinstance(value, dict | list | tuple | set)), None):
        kind = type(nested).__name__
        raise _strange(stream, f"{name} holds {kind}; yield plain values", f"{name} 的值是 {kind}；请给出单个的值")
    return pl.Series(name, map(_text, values), dtype=pl.String)


def _frame(one: Any, stream: Stream) -> pl.DataFrame:
    if isinstance(one, pl.DataFrame):
        return one
    if isinstance(one, pl.LazyFrame):
        return one.collect()
    if hasattr(one, "__arrow_c_stream__"):
        return pl.DataFrame(one)
    kind = type(one).__name__
    raise _strange(
        stream,
        f"it yields {kind}; rows are dicts, lists of dicts, Polars or Arrow frames",
        f"产生了 {kind}；行应为字典、字典列表、Polars 或 Arrow 表",
    )


def _strange(stream: Stream, why_en: str, why_zh: str) -> BadSource:
    """What a function brings that is no row; its values are not told."""
    return BadSource(place=f"{CODE}/{stream.name}", why_en=why_en, why_zh=why_zh)


def _as_text(frame: pl.DataFrame) -> pl.DataFrame:
    """Every column as text, exactly: dates as ISO, moments with what their zone is ahead, truths as 1 and 0."""
    truths = [name for name, dtype in frame.schema.items() if dtype == pl.Boolean]
    moments = [name for name, dtype in frame.schema.items() if isinstance(dtype, pl.Datetime) and dtype.time_zone]
    spelled = frame.with_columns(pl.col(truths).cast(pl.Int8), pl.col(moments).dt.to_string("%Y-%m-%dT%H:%M:%S%.f%:z"))
    return spelled.cast(pl.String)


def _text(value: Any) -> str | None:
    match value:
        case None | "":
            return None
        case str():
            return value
        case bool():
            return "1" if value else "0"
        case datetime() | date():
            return value.isoformat()
        case int() | Decimal():
            return str(value)
        case float():
            return spell_float(value)
    return str(value)


def _bad(plugin: Plugin, why_en: str, why_zh: str) -> BadPlugin:
    return BadPlugin(file=plugin.folder / MANIFEST, why_en=why_en, why_zh=why_zh)
