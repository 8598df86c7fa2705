"""What was noticed while reading and counting: findings of this node, said again until somebody settles them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from tiersync.flow.agreement.looked import keep_look
from tiersync.flow.node import Node
from tiersync.model.finding import Finding
from tiersync.model.form import Form
from tiersync.model.period import Period
from tiersync.model.spoken import Spoken
from tiersync.rules.sources.short import Short, unanswered
from tiersync.rules.sources.strays import Stray
from tiersync.store.database import Connection

MOST = 64  # characters that a finding tells
OF_STREAM = ("unit_gone", "time_left")
OF_COUNT = ("not_alive", "closed_since", "not_entering")


def note_stream(db: Connection, node: Node, spoken: Spoken, now: datetime) -> None:
    """Open or close the questions about one stream: units that it names no more, files whose rows leave their time."""

    def of_stream(one: Finding) -> bool:
        return one.reason in OF_STREAM and one.breakdown == spoken.stream

    keep_look(db, node, of_stream, _of_stream(node, spoken), now)


def _of_stream(node: Node, spoken: Spoken) -> Iterator[Finding]:
    for unit, rows in spoken.carried.items():
        yield Finding(
            level="source", reason="unit_gone", node=node.home, unit=unit, breakdown=spoken.stream,
            sent=str(spoken.units[unit]), held=str(rows),
        )  # fmt: skip
    if spoken.unsure:
        yield Finding(
            level="source", reason="time_left", node=node.home, unit=spoken.unit, breakdown=spoken.stream,
            held=_in_short(spoken.unsure),
        )  # fmt: skip


def note_strays(
    db: Connection, node: Node, counted: tuple[Form, Period], strays: Sequence[Stray], now: datetime
) -> None:
    """Open or close the findings about rows whose unit no figure of this form and period can count."""
    form, period = counted[0].code, str(counted[1])
    seen = list(_of_strays(node, form, period, strays))
    keep_look(db, node, lambda one: one.reason in OF_COUNT and (one.form, one.period) == (form, period), seen, now)


def _of_strays(node: Node, form: str, period: str, strays: Sequence[Stray]) -> Iterator[Finding]:
    """One for each unit and record type, with the most rows that any figure lacks."""
    most: Counter[tuple[str, str, str, str]] = Counter()
    for stray in strays:
        key = (stray.unit, stray.above, stray.record, stray.why)
        most[key] = max(most[key], stray.rows)
    for (unit, above, record, why), rows in sorted(most.items()):
        yield Finding(
            level="source", reason=why, node=node.home, unit=unit, form=form, period=period, breakdown=record,
            sent=above, held=str(rows),
        )  # fmt: skip


def note_short(db: Connection, node: Node, short: Iterable[Short], answers: Iterable[Short], now: datetime) -> None:
    """Open or close the questions about lists that are oddly short; one that was answered stays as it was then."""
    settled = {(one.record, one.unit): one for one in answers}
    asked = {(one.record, one.unit): one for one in unanswered(short, answers)}
    seen = [asked.get(unit) or settled[unit] for unit in sorted((one.record, one.unit) for one in short)]
    keep_look(db, node, lambda one: one.reason == "few_rows", [_short(node, one) for one in seen], now)


def _short(node: Node, one: Short) -> Finding:
    return Finding(
        level="source", reason="few_rows", node=node.home, unit=one.unit, breakdown=one.record, sent=str(one.middle),
        held=str(one.rows),
    )  # fmt: skip


def short_of(findings: Iterable[Finding]) -> tuple[Short, ...]:
    """The short lists that these questions are about."""
    return tuple(Short(one.breakdown, one.unit, int(one.held), int(one.sent)) for one in findings)


def _in_short(names: Iterable[str]) -> str:
    text = "、".join(names)
    return text if len(text) < MOST else f"{text[: MOST - 1]}…"
