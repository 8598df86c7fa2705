"""Headers that came or went since a source was mapped: a finding of this node, closed when they are as they were."""

from datetime import datetime

from tiersync.flow.node import Node
from tiersync.flow.unread import Task
from tiersync.model.finding import Finding
from tiersync.plugins.lock import Changed, changed_headers
from tiersync.plugins.reading import StreamEnd
from tiersync.store.findings import keep_finding, open_findings

MOST = 60  # characters of headers that a finding tells


def note_headers(node: Node, task: Task, end: StreamEnd, now: datetime) -> Changed:
    """Open, renew or close the finding about a stream's headers. It stays at this node."""
    changed = changed_headers(task.plugin, end.unknown)
    finding = Finding(
        level="source", reason="headers_changed", node=node.home, unit=task.plugin.unit, breakdown=task.name,
        sent=_in_short(changed.gone), held=_in_short(changed.new), open=bool(changed),
    )  # fmt: skip
    with node.store.read() as db:
        is_known = finding.subject in {known.subject for known in open_findings(db, node.home)}
    if changed or is_known:
        with node.store.write() as db:
            keep_finding(db, finding, now)
    return changed


def _in_short(headers: tuple[str, ...]) -> str:
    text = "、".join(headers)
    return text if len(text) <= MOST else f"{text[:MOST]}…"
