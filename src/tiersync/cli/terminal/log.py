"""The log of a running node: a line an event, as text or as JSON, on standard error."""

import json
import sys
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from tiersync.cli.main import unforeseen
from tiersync.cli.terminal.output import note
from tiersync.cli.terminal.words import LANG, say
from tiersync.model.text import Text

if TYPE_CHECKING:
    from tiersync.host.reporter import Event, Reporter

RESULTS = {
    "done": Text("完成", "done"), "faulty": Text("有问题", "faulty"), "failed": Text("失败", "failed"),
    "lost": Text("已由他人接手", "lost"), "note": Text("提示", "note"), "fault": Text("故障", "fault"),
}  # fmt: skip


def reporter_to(form: str) -> "Reporter":
    """How a host reports to a log, each line of it text or JSON."""
    from tiersync.host.reporter import Event, Reporter

    def write(event: "Event") -> None:
        with suppress(OSError):  # A log that nobody can write ends nothing that the node does.
            note(as_json(event) if form == "json" else as_text(event))

    def take_note(text: Text) -> None:
        write(Event(datetime.now(UTC), "", "run", "note", text))

    def fault(error: Exception) -> None:
        """A fault of tiersync's own ends nothing that the node does by itself, and is told."""
        said = unforeseen(error)
        write(Event(datetime.now(UTC), "", "run", "fault", Text(said, said)))

    return Reporter(say_address, take_note, fault, write)


def as_text(event: "Event") -> str:
    """An event in a line: when by this machine's clock, the unit, what, what came of it, in words."""
    at = event.at.astimezone().isoformat(timespec="seconds")
    took = "" if event.seconds is None else f"{event.seconds:.1f}s"
    said = " ".join(event.said.say(LANG).split())
    return " ".join(filter(None, (at, event.unit, event.what, RESULTS[event.result].say(LANG), took, said)))


def as_json(event: "Event") -> str:
    """An event as JSON in a line, its words in one language."""
    fields = {
        "at": event.at.astimezone(UTC).isoformat(timespec="milliseconds"), "unit": event.unit, "what": event.what,
        "result": event.result, "seconds": event.seconds, "said": event.said.say(LANG),
    }  # fmt: skip
    return json.dumps({name: value for name, value in fields.items() if value not in (None, "")}, ensure_ascii=False)


def say_address(unit: str, host: str, port: int) -> None:
    """Said on standard output, for a script that started the node waits for it."""
    click.echo(
        say(f"{unit} 已在 {host}:{port} 提供服务，按 Ctrl-C 结束。", f"{unit} serves at {host}:{port}. Ctrl-C ends it.")
    )
    sys.stdout.flush()
