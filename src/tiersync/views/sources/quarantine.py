"""Refused rows: each with its place and reason, one with its raw values, and all of them as they go back."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from tiersync.errors import UnknownName
from tiersync.flow.node import Node
from tiersync.model.identity import TYPED_AS_NUMBER
from tiersync.model.text import EMPTY, Text
from tiersync.rules.rows.returned import BEYOND, CALLED, called, mark_of, place_text
from tiersync.store.database import Row
from tiersync.store.files.locked import unlock
from tiersync.store.runs.quarantine import refused_row, refused_rows
from tiersync.views.render.returned import ReturnedRow, ReturnedSheet
from tiersync.views.sources.field_names import field_name
from tiersync.views.sources.unit_reasons import UnitReasons
from tiersync.views.table import Detail, Table, moment, table

SAID = ("id", "stream", "run", "file", "sheet", "row", "field", "reason", "opened_at", "settled_at", "note")


class RefusedRowLine(NamedTuple):
    """A refused row without its values: its place, the field that is wrong, and why."""

    id: int
    stream: str
    run: str
    file: str
    sheet: str
    row: int
    field: str
    reason: str
    opened_at: str
    settled_at: str | None
    note: str | None
    label: Text
    why: Text

    def as_object(self, lang: str) -> dict[str, Any]:
        """For programs; why in one language."""
        return {name: getattr(self, name) for name in SAID} | {"why": self.why.say(lang)}

    @property
    def place(self) -> Text:
        sheet = Text(f"，工作表 {self.sheet}", f", sheet {self.sheet}") if self.sheet else EMPTY
        return Text(f"{self.file}{sheet.zh}，第 {self.row} 行", f"{self.file}{sheet.en}, row {self.row}")


class OneRefusedRow(NamedTuple):
    """One refused row and its values, under its source's own headers; None once their time was over."""

    line: RefusedRowLine
    raw: dict[str, str | None] | None

    def details(self) -> Iterator[Detail]:
        line = self.line
        yield Detail(Text("数据流", "stream"), line.stream)
        yield Detail(Text("位置", "place"), line.place)
        yield Detail(Text("字段", "field"), line.label)
        yield Detail(Text("原因", "why"), Text(f"{line.why.zh} ({line.reason})", f"{line.why.en} ({line.reason})"))
        yield Detail(Text("时间", "since"), moment(line.opened_at))

    def values(self) -> Table:
        raw = self.raw or {}
        lines = ((name, raw[header]) for header, name in called(raw).items())
        return table(Text("原值", "Raw values"), Text("列,值", "column,value"), lines)


def refused_lines(node: Node, folder: Path, stream: str | None = None, every: bool = False) -> list[RefusedRowLine]:
    """The rows that wait in quarantine, or `every` one with those that are settled."""
    with node.store.read() as db:
        rows = refused_rows(db, stream, settled=every)
    reasons = UnitReasons(node, folder)
    return [_line(row, reasons) for row in rows]


def refused(node: Node, folder: Path, number: int) -> OneRefusedRow:
    """The refused row of this number; raises UnknownName."""
    with node.store.read() as db:
        row = refused_row(db, number)
    raw = _plain(node, row)
    return OneRefusedRow(_line(row, UnitReasons(node, folder)), json.loads(raw) if raw else None)


def _line(row: Row[Any], reasons: UnitReasons) -> RefusedRowLine:
    said = {name: getattr(row, name) for name in SAID}
    return RefusedRowLine(**said, label=_label(row, reasons), why=reasons.why(row))


def _label(row: Row[Any], reasons: UnitReasons) -> Text:
    """The field that is wrong; streams are named after their record type unless a plugin names them otherwise."""
    return field_name(reasons.catalogue, row.stream.rpartition("/")[2], row.field)


def _plain(node: Node, row: Row[Any]) -> bytes:
    """The raw values of a row as they were locked, b"" once their time was over."""
    return unlock(node.keys.quarantine, row.raw, row.stream) if row.raw is not None else b""


def refused_table(lines: Iterable[RefusedRowLine]) -> Table:
    return table(
        Text("待更正的行", "Refused rows"),
        Text("编号,数据流,文件,工作表,行,字段,原因,处理说明", "id,stream,file,sheet,row,field,why,settled"),
        (
            (line.id, line.stream, line.file, line.sheet, line.row, line.label, line.why, line.note or "")
            for line in lines
        ),
    )


def sheets_to_return(node: Node, folder: Path, stream: str | None, lang: str) -> dict[str, ReturnedSheet]:
    """The refused rows of each stream as they go back to whoever filed them; raises UnknownName."""
    reasons = UnitReasons(node, folder)
    if stream and stream not in reasons.streams:
        raise UnknownName(what="stream", name=stream, hint=f"There are: {', '.join(reasons.streams) or '-'}")
    rows: dict[str, list[ReturnedRow]] = {}
    with node.store.read() as db:
        for listed in refused_rows(db, stream):
            rows.setdefault(listed.stream, []).append(_returned(node, refused_row(db, listed.id), reasons, lang))
    return {name: ReturnedSheet(of, *reasons.offered(name)) for name, of in rows.items()}


def _returned(node: Node, row: Row[Any], reasons: UnitReasons, lang: str) -> ReturnedRow:
    """One refused row as it goes back."""
    plain_bytes = _plain(node, row)
    raw: dict[str, str | None] = json.loads(plain_bytes) if plain_bytes else {}
    wrong = reasons.header(row.stream, row.field, raw)
    mark = mark_of(plain_bytes, node.keys.quarantine) if plain_bytes else ""
    kept = {header: value for header, value in raw.items() if value is not None or header not in BEYOND}
    shown = {header: value and value.removeprefix(TYPED_AS_NUMBER) for header, value in kept.items()}
    place = place_text(row.file, row.sheet, row.row, mark)
    label = CALLED.get(wrong, wrong) or _label(row, reasons).say(lang)
    return ReturnedRow(shown, wrong, (label, reasons.why(row).say(lang), place))
