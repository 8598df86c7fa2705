"""Children of one parent as benches need them: real keys, links that were joined, reports that are sealed."""

import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from random import Random
from typing import NamedTuple

from made_network import Founded, found_here, join_here
from network import Unit, four_tiers
from uuid_utils import uuid7

from tiersync.flow.exchange.child import send_waiting
from tiersync.flow.exchange.parent import answer
from tiersync.flow.figures.filing import file_reports
from tiersync.flow.node import Ask, Node
from tiersync.host.opening import now, open_node
from tiersync.link.dialogue.messages import Exchange, Message
from tiersync.link.pack import pack
from tiersync.link.seal import seal_head
from tiersync.link.wire import encode, seal_message
from tiersync.model.canonical import digest
from tiersync.model.cell import Cell, Cells
from tiersync.model.envelope import VERSIONS, Envelope, Head
from tiersync.model.period import Period
from tiersync.model.report import Report
from tiersync.store.links.links import parent_link

CELLS = 430  # whose body has 2 kB
FORM = "aging-quarter"
FIRST_YEAR = 1950


def district_of(communities: int) -> list[Unit]:
    """A district without anybody above it, and as many communities in one of its streets."""
    _, district, street, community = four_tiers()
    codes = [f"37990100{number:04}" for number in range(2000, 2000 + communities)]
    below = [Unit(community.level, code, f"社区{code[-4:]}", street.code) for code in codes]
    return [district._replace(parent=""), street, *below]


def join_children(root: Path, listen: str, count: int, store: str = "") -> tuple[Founded, list[Path]]:
    """A parent at which so many children have joined and exchanged once, so that nothing waits for them, and the
    folders of those; every store is closed."""
    units = district_of(count)
    parent = found_here(root, units, listen, store=store)
    folders = []
    for unit in units[2:]:
        child = join_here(root / "children", parent, unit.code)
        send_waiting(child.node, lambda message: answer(parent.node, message, now()), now())
        child.node.store.close()
        folders.append(child.place.folder)
    parent.node.store.close()
    return parent, folders


def report_of(unit: str, number: int) -> Report:
    """One of a unit's reports, of another quarter each, whose body has about 2 kB."""
    random, year, quarter = Random(f"{unit} {number}"), FIRST_YEAR + number // 4, number % 4 + 1
    cells = [
        Cell("P02", f"age={place:03}", "value", random.randint(0, 4000), 0, "ok", "declared", 1, 1)
        for place in range(CELLS)
    ]
    return Report(
        form=FORM, unit=unit, period=Period(f"{year}-Q{quarter}"), part="own", tenure=1, revision=1, catalogue=1,
        cells=Cells.of(cells),
    )  # fmt: skip


def file_one(node: Node, number: int, moment: datetime) -> None:
    """File and queue one report as a push does."""
    with node.store.write() as db:
        file_reports(db, node, [report_of(node.home, number)], moment)


class Sealed(NamedTuple):
    """A message of one child as it goes over the line, sealed beforehand, and the envelope that it brings, if any."""

    data: bytes
    envelope: str


def sealed_turns(folder: Path, parent: str, brings: Sequence[bool]) -> Iterator[Sealed]:
    """The next turns of a child, each with one report or with none, as it would say them: its side of the exchange is
    done before anything is measured, so that what is measured is the parent's."""
    node = open_node(folder)
    with node.store.read() as db:
        link = parent_link(db)
    node.store.close()
    written = link.written_up_to
    for turn, is_report in enumerate(brings, 1):
        acknowledged, written = written, written + is_report
        envelopes = [_sealed_report(node, written)] if is_report else []
        said = Exchange(
            unit=node.home, to=parent, link_epoch=link.epoch, counter=link.counter + turn, origin_epoch=1,
            positions=(written,) if is_report else (), written_up_to=written, stored_up_to=link.stored_up_to,
            acknowledged=acknowledged,
        )  # fmt: skip
        message = seal_message(said, node.keys.private, tuple(envelope for envelope, _ in envelopes))
        yield Sealed(encode(message), "".join(id_ for _, id_ in envelopes))


def _sealed_report(node: Node, number: int) -> tuple[Envelope, str]:
    packed = pack(report_of(node.home, number))
    head = Head(
        id=str(uuid7()), kind="report", version=VERSIONS["report"].writes, origin=node.home, epoch=1, number=number,
        written_at=now(), catalogue=1, digest=digest(packed), size=len(packed),
    )  # fmt: skip
    return Envelope(seal_head(head, node.keys.private), packed), head.id


def timed(ask: Ask, seconds: list[float]) -> Ask:
    """The same way to ask; each answer's seconds are noted."""

    def ask_timed(message: Message) -> Message:
        began = time.perf_counter()
        reply = ask(message)
        seconds.append(time.perf_counter() - began)
        return reply

    return ask_timed


def share(folders: Sequence[Path], processes: int) -> list[Sequence[Path]]:
    """As many equal shares of the children as there are processes."""
    return [folders[place::processes] for place in range(processes)]
