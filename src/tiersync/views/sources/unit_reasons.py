"""Why a row was refused whose unit is not known: the unit as it is written, and which one it may be."""

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from tiersync.flow.node import Node
from tiersync.flow.reading.unread import name_of, names_within
from tiersync.model.hidden import HIDDEN
from tiersync.model.lexicon import plain
from tiersync.model.text import EMPTY, Text
from tiersync.plugins.folder.manifest import load_sound_plugins
from tiersync.plugins.values.unit_names import names_of
from tiersync.store.database import Row
from tiersync.store.files.locked import unlock
from tiersync.store.runs.quarantine import refused_row
from tiersync.views.reasons import row_reason
from tiersync.views.sources.figure_reasons import NO_SUCH_CELL, UNKNOWN_CODE, FigureReasons

NONE, SEVERAL = "no_such_unit", "several_units"
LONGEST = 30  # characters of a value that is quoted
MOST_NAMED = 5
MOST_SEARCHED = 500  # different values for which names like them are looked for
SOMEBODYS = re.compile(r"[0-9]{14,}[0-9Xx]?|1[0-9]{10}(?![0-9])")  # A number that slipped into the column of units.


class UnitReasons:
    """The reasons of refused rows, by the units of each plugin as they are now."""

    def __init__(self, node: Node, folder: Path) -> None:
        plugins = load_sound_plugins(folder / "plugins").plugins
        self._node = node
        self._of = {name_of(one, stream): one for one in plugins for stream in one.streams}
        self._streams = {name_of(one, stream): stream for one in plugins for stream in one.streams}
        self._names = cache(lambda id_: names_of(names_within(node, by_id[id_]), by_id[id_].spellings))
        self._said = cache(self._say)
        with node.store.read() as db:
            self.catalogue = node.catalogue(db)
        self._figures = FigureReasons(self.catalogue)
        self._searched = 0
        by_id = {one.id: one for one in plugins}

    def why(self, row: Row[Any]) -> Text:
        """A row's reason; where its unit is not known, and the row itself still is, with the unit as it is written."""
        if (row.reason, row.field) == (UNKNOWN_CODE, "indicator") or row.reason == NO_SUCH_CELL:
            return self._why_figure(row)
        if row.reason not in (NONE, SEVERAL) or row.stream not in self._of:
            return row_reason(row.reason)
        raw = self._raw(row)
        written = raw.get(self.header(row.stream, row.field, raw)) or ""
        return self._said(self._of[row.stream].id, row.reason, written) if written.strip() else row_reason(row.reason)

    def _why_figure(self, row: Row[Any]) -> Text:
        """A figure's reason, with the name of its indicator as it is written."""
        if row.reason == NO_SUCH_CELL:
            return self._figures.why(row.reason, row.field, "")
        if row.stream not in self._streams or self._streams[row.stream].figures:
            return row_reason(row.reason)
        raw = self._raw(row)
        written = (raw.get(self.header(row.stream, row.field, raw)) or "").strip()
        return self._figures.why(row.reason, row.field, quoted(written)) if written else row_reason(row.reason)

    def header(self, stream: str, field: str, raw: Mapping[str, object]) -> str:
        """The header in a raw row under which a field stands, '' where there is none."""
        mapped = self._streams.get(stream)
        wanted = {plain(header) for header in mapped.headers_of(field)} if mapped else set()
        there = [header for header in raw if plain(header) in wanted]
        return next((header for header in there if raw[header]), next(iter(there), ""))

    @property
    def streams(self) -> list[str]:
        """The streams of all plugins that can be loaded."""
        return [*self._of]

    def offered(self, stream: str) -> tuple[tuple[str, ...], list[str]]:
        """The headers of a stream's columns of units, plainly spelled, and the names that may be chosen there."""
        fields = self._streams[stream].map.values() if stream in self._streams else ()
        looked_up = [field for field in fields if field.lookup == "units"]
        headers = tuple(plain(header) for field in looked_up for header in field.headers)
        if not headers:
            return (), []
        names = self._names(self._of[stream].id)
        return headers, [names.spoken(code) for code in names.known.names]

    def _raw(self, row: Row[Any]) -> dict[str, str | None]:
        with self._node.store.read() as db:
            locked = refused_row(db, row.id).raw
        held: dict[str, str | None] = (
            json.loads(unlock(self._node.keys.quarantine, locked, row.stream)) if locked else {}
        )
        return held

    def _say(self, plugin: str, reason: str, written: str) -> Text:
        names, value = self._names(plugin), quoted(written)
        meant = sorted(names.meant(written))
        if len(meant) > 1:
            some = meant[:MOST_NAMED]
            en = ", ".join(f"{names.known.names[code]} ({code})" for code in some)
            zh = "、".join(f"{names.known.names[code]}（{code}）" for code in some)
            more = Text("等", " and others") if len(meant) > len(some) else EMPTY
            return Text(
                f"单位“{value}”可能是：{zh}{more.zh}，请写明上级单位或填写单位代码",
                f"“{value}” could be {en}{more.en}; write the unit above before it, or the code",
            )
        if len(meant) == 1:  # Only since the row was refused: the next reading takes it.
            return row_reason(reason)
        self._searched += 1
        like = names.nearest(written) if self._searched <= MOST_SEARCHED else []
        if not like:
            return Text(f"找不到单位“{value}”，请核对名称", f"there is no unit “{value}”; look at its name")
        return Text(
            f"找不到单位“{value}”，是否：{'、'.join(like)}？", f"there is no unit “{value}”; is it {', '.join(like)}?"
        )


def quoted(written: str) -> str:
    """A unit's name as a message may show it: short, nothing hidden in it, and no number of a person."""
    seen = SOMEBODYS.sub("…", " ".join(HIDDEN.sub("", written).split()))
    return seen if len(seen) <= LONGEST else f"{seen[:LONGEST]}…"
