"""What is noticed of columns that no field takes: those that came or went, and those that speak of people who left.

Each is a finding of this node, closed when it is so no more.
"""

from datetime import datetime

from tiersync.flow.node import Node
from tiersync.flow.reading.unread import Task
from tiersync.model.finding import Finding
from tiersync.model.lexicon import plain
from tiersync.plugins.folder.lock import ChangedHeaders, changed_headers, settled_columns
from tiersync.plugins.worker.reading import StreamEnd
from tiersync.store.findings import keep_finding, open_findings

MOST = 60  # characters of headers that a finding tells


def note_columns(node: Node, task: Task, end: StreamEnd, now: datetime) -> None:
    """Note both."""
    note_headers(node, task, end, now)
    note_speaking(node, task, end, now)


def note_headers(node: Node, task: Task, end: StreamEnd, now: datetime) -> ChangedHeaders:
    """Open, renew or close the finding about a stream's headers. It stays at this node."""
    changed = changed_headers(task.plugin, end.unknown)
    finding = Finding(
        level="source", reason="headers_changed", node=node.home, unit=task.plugin.unit, breakdown=task.name,
        sent=_in_short(changed.gone), held=_in_short(changed.new), open=bool(changed),
    )  # fmt: skip
    _keep(node, finding, now)
    return changed


def note_speaking(node: Node, task: Task, end: StreamEnd, now: datetime) -> None:
    """The same about columns in which somebody writes who died or moved, and which nobody reads. Where some lines were
    known already, they may be what spoke before."""
    settled = settled_columns(task.plugin)
    speaks = {name: rows for name, rows in end.speaks.items() if plain(name) not in settled}
    finding = Finding(
        level="source", reason="column_speaks", node=node.home, unit=task.plugin.unit, breakdown=task.name,
        sent=_in_short(tuple(speaks)), held=str(sum(speaks.values())), open=bool(speaks),
    )  # fmt: skip
    if speaks or not end.partly:
        _keep(node, finding, now)


def _keep(node: Node, finding: Finding, now: datetime) -> None:
    """Open, renew or close a finding; one that never was open is not kept."""
    with node.store.read() as db:
        is_known = finding.subject in {known.subject for known in open_findings(db, node.home)}
    if finding.open or is_known:
        with node.store.write() as db:
            keep_finding(db, finding, now)


def _in_short(headers: tuple[str, ...]) -> str:
    text = "、".join(headers)
    return text if len(text) <= MOST else f"{text[:MOST]}…"
