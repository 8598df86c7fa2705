"""Rows of sums that state other than what was read: a finding of this node until the file is mended, or it is settled.

What was read row by row counts all the same.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from tiersync.flow.agreement.looked import keep_look
from tiersync.flow.node import Node
from tiersync.flow.reading.unread import Task
from tiersync.model.finding import Finding
from tiersync.plugins.worker.pipe import SumRow
from tiersync.plugins.worker.reading import StreamEnd
from tiersync.store.database import Connection
from tiersync.store.findings import unclosed_findings

DIFFERS = "sum_differs"
MOST = 60  # characters that a finding tells


def note_sums(db: Connection, node: Node, task: Task, end: StreamEnd, now: datetime) -> None:
    """Open, renew or close the finding about the rows of sums of a stream. Those of older versions say nothing."""
    unlike = [one for one in end.sums if one.said != one.read and one.file not in end.replaced]
    found = [_finding(node, task, unlike)] if unlike else []
    if unlike or not end.partly:
        keep_look(db, node, lambda one: (one.reason, one.breakdown) == (DIFFERS, task.name), found, now)


def is_in_question(node: Node, task: Task) -> bool:
    """Whether a sum of a stream differs: then every line of it is read again, to see whether it still does."""
    with node.store.read() as db:
        return any((one.reason, one.breakdown) == (DIFFERS, task.name) for one in unclosed_findings(db, node.home))


def _finding(node: Node, task: Task, unlike: Sequence[SumRow]) -> Finding:
    text = "; ".join(f"{_numbers(one)} ({_place(one)})" for one in unlike)
    return Finding(
        level="source", reason=DIFFERS, node=node.home, unit=task.plugin.unit, breakdown=task.name,
        sent=str(len(unlike)), held=text if len(text) <= MOST else f"{text[:MOST]}…",
    )  # fmt: skip


def _numbers(one: SumRow) -> str:
    """What is said and what was read; amounts travel in hundredths."""
    said, read = (Decimal(number).scaleb(-2 if one.column else 0) for number in (one.said, one.read))
    return "≠".join(f"{number:f}".removesuffix(".00") for number in (said, read))


def _place(one: SumRow) -> str:
    return " ".join(filter(None, (one.file.rpartition("/")[2], one.sheet, str(one.row))))
