"""Two `tiersync serve` over one PostgreSQL beside one: what an exchange costs, and how many there are when commits are
slow.

Everything that children say is sealed beforehand. Rounds with one process and with two follow each other in turn; in
some each child brings a report of 2 kB, in others nothing. A slow commit waits 10 ms with the log in its hands, as on
a disk that takes so long to sync (`commit_delay` with `commit_siblings` 0, so that it waits whoever else is at work).
"""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import NamedTuple

import psutil
from made_network import Founded, keep_going, some_address
from measure import Line
from one_database import SLOW, Database, running
from sealed_load import Measured, Turns, measured, seal_all
from simulated_children import Sealed, join_children

from tiersync.host.opening import open_node
from tiersync.store.reports.reports import current_reports

CHILDREN = 24
TURNS = 5  # of each child in a round
TIMES = 3  # rounds of each kind


class Kind(NamedTuple):
    """One kind of round: how many processes serve, whether children bring reports, and how long a commit takes."""

    serving: int
    brings: bool
    commit: int


KINDS = [Kind(serving, brings, commit) for brings in (True, False) for commit in (0, SLOW) for serving in (1, 2)]


@contextmanager
def two_serving(parent: Founded) -> Iterator[list[tuple[str, psutil.Process]]]:
    """Two processes that serve the parent's node, from two folders that say the same but for where they listen."""
    other, listen = parent.place.folder.with_name("other"), some_address()
    shutil.copytree(parent.place.folder, other)
    settings = other / "tiersync.toml"
    said = settings.read_text(encoding="utf-8")
    settings.write_text(said.replace(f'listen = "{parent.place.listen}"', f'listen = "{listen}"'), encoding="utf-8")
    with ExitStack() as stack:
        at = [(parent.place.folder, parent.place.url), (other, f"http://{listen}")]
        hosts = [stack.enter_context(keep_going("serve", [folder], url)) for folder, url in at]
        yield [(url, psutil.Process(host.pid)) for (_, url), host in zip(at, hosts, strict=True)]


def play(
    kind: Kind, said: Sequence[Sequence[Sealed]], serving: Sequence[tuple[str, psutil.Process]], database: Database
) -> Measured:
    """One round: each child speaks to the process whose turn it is."""
    database.make_commits_take(kind.commit)
    at = serving[: kind.serving]
    turns = [Turns(at[child % len(at)][0], [one.data for one in each]) for child, each in enumerate(said)]
    return measured(turns, [process for _, process in serving])


def check_stored(parent: Founded, said: Sequence[Sequence[Sealed]]) -> None:
    """Every report that was brought is held once, and no other."""
    node = open_node(parent.place.folder)
    with node.store.read() as db:
        held = sorted(row.envelope for row in current_reports(db))
    node.store.close()
    brought = sorted(one.envelope for each in said for one in each if one.envelope)
    assert held == brought, f"{len(brought)} reports were brought, {len(held)} are held"


def compare(times: int, turns: int) -> dict[Kind, list[Measured]]:
    """Rounds of every kind in turn, so many times, after one of each that nobody counts."""
    order = [kind for _ in range(times + 1) for kind in KINDS]
    found: dict[Kind, list[Measured]] = {kind: [] for kind in KINDS}
    with running() as database, tempfile.TemporaryDirectory(prefix="tiersync-two-") as name:
        parent, folders = join_children(Path(name), some_address(), CHILDREN, database.url)
        said = seal_all(folders, parent.place.unit, [kind.brings for kind in order for _ in range(turns)])
        with two_serving(parent) as serving:
            for place, kind in enumerate(order):
                mine = [each[place * turns : (place + 1) * turns] for each in said]
                found[kind].append(play(kind, mine, serving, database))
        check_stored(parent, said)
    return {kind: each[1:] for kind, each in found.items()}


def measure(*, is_quick: bool = False) -> list[Line]:
    found = compare(1, 4) if is_quick else compare(TIMES, TURNS)
    lines = []
    for brings, what in ((True, "a report each"), (False, "nothing to bring")):
        for commit, aim in ((0, "1.1 times in processor"), (SLOW, "1.7 times as many a second")):
            one, two = found[Kind(1, brings, commit)], found[Kind(2, brings, commit)]
            lines += _lines(f"{what}, commits {'of 10 ms' if commit else 'as they are'}", one, two, aim)
    return lines


def _lines(what: str, one: Sequence[Measured], two: Sequence[Measured], aim: str) -> list[Line]:
    each = [median(round_.milliseconds for round_ in rounds) for rounds in (one, two)]
    said = f"{each[0]:.1f}, {each[1]:.1f} ms; aim {aim}"
    rates = [median(round_.a_second for round_ in rounds) for rounds in (one, two)]
    return [
        Line(f"{what}: two beside one, processor", each[1] / each[0], "times", said),
        Line("… exchanges a second", rates[1] / rates[0], "times", f"{rates[0]:.0f}, {rates[1]:.0f}"),
    ]
