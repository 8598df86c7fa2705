"""How far each report of a form and period is, in the view of this node: from its revisions, and what was said of
them."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from tiersync.flow.exchange.sealing import parent_of
from tiersync.flow.node import Node
from tiersync.link.life import ReviewState
from tiersync.link.review import Act, open_requests, state_of
from tiersync.model.finding import ReportNamed
from tiersync.model.period import Period
from tiersync.model.report import ReportKey, spell_revision
from tiersync.model.unit import Tree
from tiersync.store.database import Connection, Row
from tiersync.store.links.outbox import never_there
from tiersync.store.reports.acts import Acts, acts_of_form, acts_of_unit
from tiersync.store.reports.reports import current_reports, key_of, revisions_of

PARTS = ("own", "total")


def revision_of(row: Row[Any]) -> str:
    """A revision as acts name it."""
    return spell_revision(row.digest, row.tenure, row.revision)


class ReviewedReport(NamedTuple):
    """A report as it stands here: its current revision, if there is one, its state, and all that was said about it."""

    key: ReportKey
    row: Row[Any] | None
    state: ReviewState | None
    acts: Sequence[Act]

    @property
    def revision(self) -> str:
        """The revision that stands, '' where nothing is filed."""
        return revision_of(self.row) if self.row is not None else ""

    def name(self, period: Period) -> ReportNamed:
        """The same as a verdict or a request names it."""
        form, unit, _, part = self.key
        if self.row is None:
            return ReportNamed(form=form, unit=unit, period=period, part=part)
        return ReportNamed(
            form=form, unit=unit, period=period, part=part, revision=self.row.digest, tenure=self.row.tenure,
            number=self.row.revision,
        )  # fmt: skip

    @property
    def requests(self) -> list[Act]:
        """What the office that files it asked, and nobody has answered."""
        return open_requests(self.acts, self.revision)

    def last(self, *said: str) -> Act | None:
        """The last of these words about the revision that stands."""
        about = [act for act in self.acts if act.revision == self.revision and act.said in said]
        return about[-1] if about else None

    @property
    def is_self_accepted(self) -> bool:
        """Whether the node that filed it accepted it, as it does for units that have no node."""
        found = self.last("accepted")
        return found is not None and self.row is not None and found.by == self.row.origin


def reviewed(db: Connection, node: Node, form: str, period: str) -> dict[ReportKey, ReviewedReport]:
    """Every report of a form and period that is held here, or of which something was said."""
    rows = {key_of(row): row for row in current_reports(db, form=form, period=period)}
    return _reviewed(db, node, rows, acts_of_form(db, form, period))


def reviewed_unit(db: Connection, node: Node, form: str, period: str, unit: str) -> dict[ReportKey, ReviewedReport]:
    """The same of one unit's reports."""
    held = revisions_of(db, [ReportKey(form, unit, period, part) for part in PARTS])
    rows = {key: row for key, of_key in held.items() for row in of_key if row.is_current}
    return _reviewed(db, node, rows, acts_of_unit(db, form, period, unit))


def _reviewed(
    db: Connection, node: Node, rows: dict[ReportKey, Row[Any]], said: Acts
) -> dict[ReportKey, ReviewedReport]:
    received = _received(db, node, rows.values())
    found: dict[ReportKey, ReviewedReport] = {}
    for key in sorted(rows.keys() | said.keys()):
        row, acts, tree = rows.get(key), said.get(key, []), node.tree_in(db, Period(key.period))
        found[key] = ReviewedReport(key, row, _state(row, received, acts, tree), acts)
    return found


def _state(row: Row[Any] | None, received: frozenset[str], acts: Sequence[Act], tree: Tree) -> ReviewState | None:
    return None if row is None else state_of(revision_of(row), row.envelope in received, acts, tree)


def _received(db: Connection, node: Node, rows: Iterable[Row[Any]]) -> frozenset[str]:
    """The envelopes of reports that are with whoever reviews them: what others filed is here, and what this node filed
    for its own unit when the one above holds it."""
    parent, held = parent_of(db), list(rows)
    own = [row.envelope for row in held if row.origin == row.unit == node.home]
    waiting = never_there(db, parent, own) if parent is not None else frozenset[str]()
    return frozenset(row.envelope for row in held) - waiting
