"""What four nodes hold in the end, compared with what the sources say and with what each neighbour holds."""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import psycopg

from tests.faults.network import ABOVE, CHAIN, CITY, COMMUNITY, DISTRICT, OF, OTHER, STREET, Tree, in_inbox, well
from tests.faults.recount import count, last_day
from tiersync.host.opening import open_node, settings_of
from tiersync.store.links.envelopes import load, read_body

FORMS = ("aging-quarter", "aging-year")
BOTH = [COMMUNITY, OTHER]
MADE_OF = {COMMUNITY: [COMMUNITY], OTHER: [OTHER], STREET: BOTH, DISTRICT: BOTH, CITY: BOTH}
HELD_AT = {COMMUNITY: CHAIN, OTHER: CHAIN[:3], STREET: CHAIN[:3], DISTRICT: CHAIN[:2], CITY: CHAIN[:1]}
AUDIENCE = {DISTRICT, STREET, COMMUNITY, OTHER}
RECEIPTS = ("delivered", "read")


class Differs(NamedTuple):
    """What is not there, what is there more than once, and what is otherwise not as it should be."""

    lost: list[str]
    doubled: list[str]
    wrong: list[str]

    @property
    def is_well(self) -> bool:
        return not any(self)


def rows(folder: Path, query: str) -> list[Any]:
    """What a node's database says, wherever it is."""
    if url := settings_of(folder).store.url:
        with psycopg.connect(url) as shared:
            return shared.execute(query.encode()).fetchall()
    with closing(sqlite3.connect(folder / "node.db", timeout=30)) as db:
        return list(db.execute(query))


def compare(tree: Tree, notices: list[str]) -> Differs:
    """Everything that can be lost or doubled, at every node."""
    differs = Differs([], [], [])
    differs.wrong.extend(wrong_figures(tree))
    for unit in CHAIN:
        compare_numbers(tree.folders[unit], unit, differs)
        compare_jobs(tree, unit, differs)
    for child, parent in ABOVE.items():
        compare_line(tree.folders[child], parent, tree.folders[parent], child, differs)
        compare_line(tree.folders[parent], child, tree.folders[child], parent, differs)
    compare_notices(tree, notices, differs)
    return differs


def wrong_figures(tree: Tree) -> Iterator[str]:
    """Figures that are not what the lists say, at any node that holds them."""
    for unit in HELD_AT:
        yield from wrong_figures_of(tree, unit)


def wrong_figures_of(tree: Tree, unit: str) -> Iterator[str]:
    lists = {community: in_inbox(tree.folders[OF[community]]) for community in OF}
    for node in HELD_AT[unit]:
        for form, period in periods(tree, node):
            day = last_day(period)
            said = sum((count(lists[one], day) for one in MADE_OF[unit]), Counter[str]())
            held = figures(tree, node, unit, form, period)
            yield from (
                f"{unit} {form} {period} at {node}: {key or 'all'} {held.get(key)}, counted {said[key]}"
                for key in {*said, *held} if held.get(key, 0) != said[key]
            )  # fmt: skip


def periods(tree: Tree, node: str) -> set[tuple[str, str]]:
    listed = tree.ask(node, "report", "list").json
    return {(one["form"], one["period"]) for one in listed} or {(FORMS[0], "2000-Q1")}


def figures(tree: Tree, node: str, unit: str, form: str, period: str) -> dict[str, int]:
    """A unit's number of people aged 60 and over, by what the lists tell, as a node holds it."""
    done = tree.ask(node, "report", "show", unit, "--form", form, "--period", period, "--indicator", "P02")
    if done.code:
        return {}
    cells = [cell for cell in done.json["cells"] if dimensions(cell["breakdown"]) <= {"sex", "age_band"}]
    return {cell["breakdown"]: int(cell["value"]) for cell in cells if cell["value"]}


def dimensions(breakdown: str) -> set[str]:
    return {part.partition("=")[0] for part in breakdown.split(";") if part}


def compare_numbers(folder: Path, unit: str, differs: Differs) -> None:
    """Every envelope is held once, and of a node's own no number is missing."""
    held = rows(folder, "SELECT origin, epoch, number, count(*) FROM envelopes GROUP BY 1, 2, 3")
    differs.doubled.extend(f"{one[:3]} is held {one[3]} times at {unit}" for one in held if one[3] > 1)
    own = {epoch: {one[2] for one in held if one[:2] == (unit, epoch)} for _, epoch, _, _ in held}
    for epoch, numbers in own.items():
        missing = set(range(1, max(numbers, default=0) + 1)) - numbers
        differs.lost.extend(f"{unit} has no envelope {epoch}.{one} of its own" for one in sorted(missing))


def compare_line(sender: Path, peer: str, receiver: Path, origin: str, differs: Differs) -> None:
    """What one side has handed over lies on the other, place by place, byte by byte."""
    sent = rows(sender, f"SELECT position, envelope, state FROM outbox WHERE peer = '{peer}' ORDER BY position")
    came = dict(rows(receiver, f"SELECT position, envelope FROM inbox WHERE peer = '{origin}'"))
    bodies, there = (dict(rows(folder, "SELECT id, body FROM envelopes")) for folder in (sender, receiver))
    placed = [position for position, _, _ in sent if position is not None]
    where = f"from {origin} to {peer}"
    differs.wrong.extend(
        f"{one} {where} is still {state}" for _, one, state in sent if state not in ("stored", "replaced")
    )
    differs.lost.extend(
        f"position {one} {where}" for one in sorted(set(range(1, max(placed, default=0) + 1)) - set(placed))
    )
    for position, envelope, state in sent:
        if state == "stored" and (came.get(position) != envelope or there.get(envelope) != bodies[envelope]):
            differs.lost.append(f"{envelope} at {position} {where}")
    differs.doubled.extend(f"{one} {where} twice" for one, times in Counter(came.values()).items() if times > 1)


def compare_jobs(tree: Tree, unit: str, differs: Differs) -> None:
    """Each slot of each schedule is there once, and nobody is said to be at one."""
    listed = well(tree.ask(unit, "runs", "--last", 1000)).json
    slots = Counter((one["name"], one["slot"]) for one in listed)
    differs.doubled.extend(f"{slot} {times} times at {unit}" for slot, times in slots.items() if times > 1)
    differs.wrong.extend(
        f"{one['name']} {one['slot']} still runs at {unit}" for one in listed if one["result"] == "running"
    )


def compare_notices(tree: Tree, notices: list[str], differs: Differs) -> None:
    """Every notice is everywhere once, and everybody's receipts of it, one of each kind, are at the top."""
    for unit in ABOVE:
        held = Counter(one["notice"] for one in well(tree.ask(unit, "notice", "list")).json)
        differs.lost.extend(f"notice {one} at {unit}" for one in notices if not held[one])
        differs.doubled.extend(f"notice {one} at {unit}" for one in held if held[one] > 1 or one not in notices)
    said = Counter(receipts_sealed(tree))
    wanted = {(one, unit, state) for one in notices for unit in AUDIENCE for state in RECEIPTS}
    differs.lost.extend(f"receipt {one}" for one in sorted(wanted - set(said)))
    differs.doubled.extend(f"receipt {one}, {times} times" for one, times in said.items() if times > 1)


def receipts_sealed(tree: Tree) -> Iterator[tuple[str, str, str]]:
    """Every receipt that came to the top, as its own sealed body says."""
    store = open_node(tree.folders[CITY]).store
    try:
        with store.read() as db:
            ids = [one for (one,) in rows(tree.folders[CITY], "SELECT id FROM envelopes WHERE kind = 'receipt'")]
            for envelope in load(db, ids).values():
                said: Any = read_body(envelope)
                yield said.notice_id, said.unit, said.state
    finally:
        store.close()


def exchanges(tree: Tree) -> int:
    """How many turns the children took at their parents."""
    return sum(rows(tree.folders[unit], "SELECT counter FROM links WHERE role = 'parent'")[0][0] for unit in ABOVE)


def jobs_done(tree: Tree) -> Counter[str]:
    """What came of all jobs."""
    return Counter(
        result for unit in CHAIN for (result,) in rows(tree.folders[unit], "SELECT result FROM jobs")
    )  # fmt: skip
