"""Four nodes with real stores in real folders, joined by their own flows; only the line between them is fake."""

import os
import shutil
from copy import copy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from sqlalchemy import select

from tests.held import held_cells
from tests.stores import copy_node, new_store, open_again
from tiersync.config.packaged import packaged_catalogue
from tiersync.flow.exchange.child import Sent, send_waiting
from tiersync.flow.exchange.parent import answer
from tiersync.flow.figures.filing import file_reports, next_revisions
from tiersync.flow.healing.examine import examine_all
from tiersync.flow.joining.found import ask_to_join, found, settle_in
from tiersync.flow.joining.welcome import make_invitation
from tiersync.flow.node import Ask, Keys
from tiersync.flow.reading_node import ReadingNode
from tiersync.link.dialogue.messages import Message
from tiersync.model.catalogue import Catalogue
from tiersync.model.cell import Cell, Cells
from tiersync.model.report import Part, Report, ReportKey
from tiersync.model.unit import Unit
from tiersync.store.links.charters import load_keyring
from tiersync.store.reports.reports import current_reports
from tiersync.store.tables import envelopes

CITY, DISTRICT, STREET, COMMUNITY = "371400000000", "371402000000", "371402001000", "371402001001"
TIERS = ("city", "district", "street", "community")
BEGAN = datetime(2014, 1, 5, 8, tzinfo=UTC)


def line_of_units() -> tuple[Unit, ...]:
    codes = (CITY, DISTRICT, STREET, COMMUNITY)
    return tuple(
        Unit(code=code, name=tier, parent=upper, tier=tier)
        for code, tier, upper in zip(codes, TIERS, (None, *codes), strict=False)
    )


def empty_catalogue(units: tuple[Unit, ...]) -> Catalogue:
    """A catalogue that asks for nothing, for stories that file reports by hand."""
    return Catalogue(
        number=1, top=units[0].code, tiers=TIERS, units=units, codes={}, dimensions=(), indicators=(), forms=(),
        rules=(),
    )  # fmt: skip


@dataclass
class Network:
    """Nodes by unit, the folders they live in, and a clock that only moves when somebody moves it."""

    root: Path
    units: tuple[Unit, ...] = field(default_factory=line_of_units)
    nodes: dict[str, ReadingNode] = field(default_factory=dict)
    now: datetime = BEGAN
    catalogue: Catalogue | None = None
    nodes_of: tuple[str, ...] = ()  # the units that have a node, where not all have
    anew: bool = False  # whether they are founded and join now; else they are copied from where such nodes did it once

    def __post_init__(self) -> None:
        self.parent = {unit.code: unit.parent for unit in self.units}
        catalogue = self.catalogue or empty_catalogue(self.units)
        if self.anew:
            self.found(catalogue)
            return
        made = founded(self.units, catalogue.model_dump_json(), self.nodes_of, self.now)
        for unit, keys in made.keys.items():
            copy_node(Path(made.place.name) / unit, self.root / unit)
            self.nodes[unit] = ReadingNode(unit, open_again(self.root / unit), keys)

    def found(self, catalogue: Catalogue) -> None:
        """Every unit that has a node founds it, or joins the one above."""
        for unit in self.units:
            if self.nodes_of and unit.code not in self.nodes_of:
                continue
            folder = self.root / unit.code
            folder.mkdir(parents=True)
            keys = Keys(os.urandom(32), os.urandom(32), os.urandom(32))
            if unit.parent is None:
                self.nodes[unit.code] = ReadingNode(unit.code, new_store(folder), keys)
                found(self.nodes[unit.code], catalogue, self.now)
            else:
                self.join(unit.code, keys)

    def join(self, unit: str, keys: Keys) -> None:
        """A unit joins the one above by its token."""
        token = make_invitation(self.nodes[self.above(unit)], unit, "http://127.0.0.1:1", self.now)
        joined, envelopes = ask_to_join(keys, token, self.ask(unit))
        self.nodes[unit] = ReadingNode(unit, new_store(self.root / unit), keys)
        settle_in(self.nodes[unit].store, keys, token, joined, envelopes, self.now)

    def ask(self, child: str) -> Ask:
        """A good line from a child to its parent."""
        return lambda message: self.answer(child, message)

    def answer(self, child: str, message: Message) -> Message:
        return answer(self.nodes[self.above(child)], message, self.now)

    def above(self, unit: str) -> str:
        return self.parent[unit] or ""

    def later(self, seconds: int = 60) -> None:
        self.now += timedelta(seconds=seconds)

    def file(
        self, unit: str, value: int, for_unit: str | None = None, period: str = "2013", part: Part = "own"
    ) -> None:
        """A node files a report of three cells."""
        node, about = self.nodes[unit], for_unit or unit
        breakdowns = enumerate(("", "sex=1", "sex=2"))
        rows = [Cell("P02", b, "value", value + i, 0, "ok", "records", 1, 1) for i, b in breakdowns]
        with node.store.write() as db:
            key = ReportKey("aging-year", about, period, part)
            revision = next_revisions(db, [key])[key]
            report = Report(
                form="aging-year",
                unit=about,
                period=period,
                part=part,
                tenure=load_keyring(db).tenure(about, node.tree(db)),
                revision=revision.number,
                catalogue=1,
                cells=Cells.of(rows),
                replaces=revision.replaces,
            )
            file_reports(db, node, [report], self.now)

    def exchange(self, unit: str, ask: Ask | None = None) -> Sent:
        """A node looks at what it holds, and exchanges with the one above."""
        self.later()
        examine_all(self.nodes[unit], self.now)
        return send_waiting(self.nodes[unit], ask or self.ask(unit), self.now)

    def exchange_all(self) -> None:
        for _ in range(2):
            for unit in reversed(self.units):
                if unit.parent:
                    self.exchange(unit.code)

    def envelopes(self, unit: str) -> list[tuple[str, str, int, int]]:
        """What a node holds, each envelope by kind, origin, epoch and number."""
        with self.nodes[unit].store.read() as db:
            return sorted((row.kind, row.origin, row.epoch, row.number) for row in db.execute(select(envelopes)))

    def figures(self, unit: str) -> dict[tuple[str, str], int | None]:
        """What a node holds as current: total cell of each report."""
        with self.nodes[unit].store.read() as db:
            return {(r.unit, r.period): cells[0].value for r in current_reports(db) if (cells := held_cells(db, r))}

    def copy(self, unit: str) -> Path:
        """An older copy of a node's folder, as a backup makes it."""
        self.nodes[unit].store.close()
        kept = self.root / f"copy-{unit}-{len(list(self.root.iterdir()))}"
        copy_node(self.root / unit, kept)
        return kept

    def copied(self, root: Path) -> "Network":
        """The same nodes in another place, with what each holds; those that are copied are to be closed."""
        other = copy(self)
        other.root, other.nodes = root, {}
        for unit, node in self.nodes.items():
            copy_node(self.root / unit, root / unit)
            other.nodes[unit] = ReadingNode(unit, open_again(root / unit), node.keys)
        return other

    def close(self) -> None:
        """Every node lets go of its database."""
        for node in self.nodes.values():
            node.store.close()

    def start_again(self, unit: str) -> None:
        """The node opens what it left on disk."""
        old = self.nodes[unit]
        old.store.close()
        self.nodes[unit] = ReadingNode(unit, open_again(self.root / unit), old.keys)

    def put_back(self, unit: str, kept: Path) -> None:
        """The node goes on from an older copy, and does not know it."""
        old = self.nodes[unit]
        old.store.close()
        shutil.rmtree(self.root / unit)
        copy_node(kept, self.root / unit)
        self.nodes[unit] = ReadingNode(unit, open_again(self.root / unit), old.keys)


class Founded(NamedTuple):
    """Where the nodes of a network are that was only founded, for every network like it to be copied from, and their
    keys."""

    place: "TemporaryDirectory[str]"
    keys: dict[str, Keys]


@cache
def founded(units: tuple[Unit, ...], catalogue: str, nodes_of: tuple[str, ...], now: datetime) -> Founded:
    """The first network of a kind."""
    place = TemporaryDirectory()
    asked = Catalogue.model_validate_json(catalogue)
    network = Network(Path(place.name), units, catalogue=asked, nodes_of=nodes_of, now=now, anew=True)
    network.close()
    return Founded(place, {unit: node.keys for unit, node in network.nodes.items()})


@cache
def line_catalogue() -> Catalogue:
    """The packaged catalogue of the four nodes that most stories have."""
    return packaged_catalogue(CITY, line_of_units())
