"""Reconciliation of what was sent with what is held: envelopes, revisions, and cells against the report they came in.

Each function compares two views and yields one finding, with one reason, for each difference.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from tiersync.model.cell import Cell, Cells
from tiersync.model.finding import Finding, Reason
from tiersync.model.report import Rank, ReportKey
from tiersync.rules.agreement.difference import say_rank, unlike


class Revision(NamedTuple):
    """Which revision of a report somebody has."""

    rank: Rank
    digest: str


def transport(node: str, unit: str, sent: int, receipted: int) -> Iterator[Finding]:
    """The envelopes that `node` sent to `unit` over their link since it was renewed, against those that were receipted.
    What was sent and not answered yet is on its way: the line says so, and nobody has to explain it."""
    if sent != receipted:
        reason: Reason = "in_transit" if sent > receipted else "held_not_sent"
        yield Finding(
            level="transport", reason=reason, node=node, unit=unit, measure="envelopes", sent=str(sent),
            held=str(receipted),
        )  # fmt: skip


def holdings(node: str, sent: Mapping[ReportKey, Revision], held: Mapping[ReportKey, Revision]) -> Iterator[Finding]:
    """The revisions that `node` sent against the revisions held of them."""
    for key in sorted(sent.keys() | held.keys()):
        ours, theirs = sent.get(key), held.get(key)
        if ours != theirs:
            yield Finding(
                level="holdings", reason=_why_unlike(ours, theirs), node=node, unit=key.unit, form=key.form,
                period=key.period, part=key.part, revision=(ours or theirs or NOBODY).digest,
                sent=_say(ours), held=_say(theirs),
            )  # fmt: skip


def altered(node: str, key: ReportKey, revision: str, sealed: Cells, held: Iterable[Cell]) -> Iterator[Finding]:
    """The cells that `node` holds of one report against the sealed report they came in, whose digest is `revision`."""
    for difference in unlike(sealed.rows(), held):
        sent, now = difference.said()
        yield Finding(
            level="cells", reason="altered", node=node, unit=key.unit, form=key.form, period=key.period,
            part=key.part, revision=revision, **difference.key._asdict(), sent=sent, held=now,
        )  # fmt: skip


def news(known: Iterable[Finding], seen: Iterable[Finding]) -> list[Finding]:
    """What a new look adds to the findings known: those that are new or say something else, and the gone, closed."""
    before = {finding.subject: finding for finding in known if finding.open}
    now = {finding.subject: finding for finding in seen}
    told = [finding for subject, finding in now.items() if before.get(subject) != finding]
    gone = [finding.model_copy(update={"open": False}) for subject, finding in before.items() if subject not in now]
    return in_order([*told, *gone])


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Findings in an order that does not depend on how they were found."""
    return sorted(findings, key=lambda finding: (finding.subject, finding.sent, finding.held))


NOBODY = Revision(Rank(0, 0, 0), "0" * 64)


def _why_unlike(ours: Revision | None, theirs: Revision | None) -> Reason:
    if ours is None:
        return "held_not_sent"
    if theirs is None:
        return "sent_not_held"
    return "two_revisions" if ours.rank == theirs.rank else "revision_behind"


def _say(revision: Revision | None) -> str:
    return "" if revision is None else f"{say_rank(revision.rank)} {revision.digest[:12]}"
