"""After the quiet time: every store against that of a run without faults, and every disagreement with its name."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from tiersync.drill.damage import Harm
from tiersync.drill.network import Network
from tiersync.drill.world import CLASSES, FORM, SENIORS
from tiersync.flow.agreement.reconcile import Wanted, reconcile
from tiersync.flow.healing.examine import damage_of
from tiersync.flow.node import Node
from tiersync.flow.review.reviewed import reviewed
from tiersync.model.cell import Cells
from tiersync.model.finding import Finding
from tiersync.model.notice import STATES
from tiersync.model.report import ReportKey
from tiersync.store.findings import finding_rows
from tiersync.store.notices import all_notices, receipts_of
from tiersync.store.reports.replaced import damaged_replaced
from tiersync.store.reports.reports import current_report, current_reports, key_of
from tiersync.store.reports.sealed import sealed_reports, sealed_revisions
from tiersync.views.node_status import status

SAID_ANEW = "after_acceptance"  # Offices of a drill say figures anew without asking; that it is named is all there is.
Held = Mapping[tuple[str, ...], str]
"""What a node holds: reports, notices and receipts by what they are, each with what it says"""


class Ended(NamedTuple):
    """How a network stood after its quiet time: what each node holds, what came twice, and what nobody explained."""

    held: dict[str, Held]
    doubled: list[str]
    unexplained: list[str]
    altered: list[Finding]  # every finding of a damaged report, wherever it is known


def ended(network: Network) -> Ended:
    """Look at every node of a network."""
    nodes, listed = {unit: machine.node for unit, machine in network.machines.items()}, _listed(network)
    doubled = [
        f"{unit} {' '.join(key)}"
        for unit, pairs in listed.items()
        for key, times in Counter(key for key, _ in pairs).items()
        if times > 1
    ]
    sound = frozenset(envelope for node in nodes.values() for envelope in _sound(node))
    beyond_help = frozenset(subject for node in nodes.values() for subject in _beyond_help(node, sound))
    unexplained = [line for node in nodes.values() for line in _unexplained(node, network, beyond_help)]
    unexplained += _unlike_states(nodes.values())
    altered = [finding for node in nodes.values() for finding in _altered(node)]
    return Ended({unit: dict(pairs) for unit, pairs in listed.items()}, doubled, unexplained, altered)


def held_by_each(network: Network) -> dict[str, Held]:
    """What each node of a network holds."""
    return {unit: dict(pairs) for unit, pairs in _listed(network).items()}


def _listed(network: Network) -> dict[str, list[tuple[tuple[str, ...], str]]]:
    return {unit: list(_held(machine.node)) for unit, machine in network.machines.items()}


def _held(node: Node) -> Iterator[tuple[tuple[str, ...], str]]:
    """Current reports as their sealed bytes say it, notices, and receipts."""
    with node.store.read() as db:
        for row, report in sealed_reports(db, current_reports(db)):
            yield ("report", *key_of(row)), report.cells.digest
        for notice in all_notices(db):
            yield ("notice", notice.issued_by, notice.title), ""
            for unit, states in receipts_of(db, notice.notice).items():
                yield ("receipt", notice.title, unit), max(states, key=STATES.index)


def _sound(node: Node) -> Iterator[str]:
    """Every revision, replaced or not, of which a node has the bytes as they were sealed."""
    with node.store.read() as db:
        yield from (head.id for head, _ in sealed_revisions(db))


def _beyond_help(node: Node, sound: frozenset[str]) -> Iterator[str]:
    """What a node says of replaced revisions that are damaged here and sound nowhere: that stays so."""
    with node.store.read() as db:
        yield from (damage_of(db, node, row).subject for row in damaged_replaced(db) if row.envelope not in sound)


def _unexplained(node: Node, network: Network, beyond_help: frozenset[str]) -> Iterator[str]:
    """What somebody would have to look at: differences, open findings, what waits or is refused. That a replaced
    revision which nobody holds any more was altered is named, and no more can be done about it."""
    stands = status(node, network.now)
    for finding in {one.subject: one for one in (*reconcile(node, Wanted(), network.now), *stands.findings)}.values():
        if finding.subject not in beyond_help and finding.reason != SAID_ANEW:
            yield f"{node.home} {finding.reason} {finding.subject}"
    for link in stands.links:
        if link.waiting or link.refused or link.state != "open":
            yield f"{node.home} link {link.peer} {link.state} waiting {link.waiting} refused {link.refused}"
    if stands.waits_for_epoch:
        yield f"{node.home} waits for an epoch"


def _unlike_states(nodes: Iterable[Node]) -> Iterator[str]:
    """Reports whose state is another at one node than at another that holds the same revision."""
    known: dict[tuple[ReportKey, str], tuple[str, str]] = {}
    for node in nodes:
        with node.store.read() as db:
            named = sorted({(row.form, row.period) for row in current_reports(db)})
            for one in (one for form, period in named for one in reviewed(db, node, form, period).values()):
                first, state = known.setdefault((one.key, one.revision), (node.home, str(one.state)))
                if state != str(one.state):
                    yield f"{first} {state} and {node.home} {one.state}: {' '.join(one.key)}"


def _altered(node: Node) -> list[Finding]:
    with node.store.read() as db:
        found = [Finding.model_validate_json(row.body) for row in finding_rows(db)]
    return [finding for finding in found if finding.reason == "altered"]


class Differs(NamedTuple):
    """What a troubled network lacks of a quiet one, has twice or beyond it, and cannot explain."""

    lost: list[str]
    doubled: list[str]
    unexplained: list[str]


NO_DIFFERENCE = Differs([], [], [])


def compare(quiet: Mapping[str, Held], troubled: Ended, network: Network, harmed: Iterable[Harm]) -> Differs:
    """A troubled run against what each node holds after the quiet run of the same seed."""
    lost = [line for unit, held in quiet.items() for line in _beside(unit, held, troubled.held[unit])]
    more = [
        f"{unit} {' '.join(key)}"
        for unit, held in troubled.held.items()
        for key in sorted(held.keys() - quiet[unit].keys())
    ]
    unnamed = [f"nobody named: {' '.join(harm)}" for harm in harmed if not _is_named(harm, troubled.altered)]
    return Differs([*lost, *_not_as_said(network)], [*troubled.doubled, *more], [*troubled.unexplained, *unnamed])


def _beside(unit: str, quiet: Held, troubled: Held) -> Iterator[str]:
    for key, said in sorted(quiet.items()):
        if key not in troubled:
            yield f"{unit} lacks {' '.join(key)}"
        elif troubled[key] != said:
            yield f"{unit} holds another {' '.join(key)}"


def _is_named(harm: Harm, altered: Iterable[Finding]) -> bool:
    """Whether a changed byte was found, by its node and report; what is gone or refused is only put right."""
    named = {(one.node, one.unit, one.period, one.part) for one in altered}
    return harm.how != "byte changed" or harm.report in named


def _not_as_said(network: Network) -> Iterator[str]:
    """The top's totals against a plain sum of what every office said last."""
    node = network.machines[network.world.top].node
    newest = {(one.unit, one.period): one.cells for said in network.declared.values() for one in said}
    for period in network.world.quarters:
        with node.store.read() as db:
            row = current_report(db, ReportKey(FORM, node.home, str(period), "total"))
            held = [report.cells for _, report in sealed_reports(db, [row] if row else [])]
        for indicator in (SENIORS, CLASSES):
            of_all = [cells for (_, of), cells in newest.items() if of == period]
            said, shown = _sum(of_all, indicator), _sum(held, indicator)
            if said != shown:
                yield f"{node.home} {period} {indicator}: {said} were said, {shown} are shown"


def _sum(each: Iterable[Cells], indicator: str) -> int:
    return sum(cell.value or 0 for cells in each for cell in cells.rows() if cell[:2] == (indicator, ""))
