"""What became of one report: every revision and every word about it, and what a revision changed against another."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from tiersync.errors import UnknownName
from tiersync.flow.node import Node
from tiersync.flow.review.reviewed import reviewed_unit, revision_of
from tiersync.link.review import Act
from tiersync.model.catalogue import Catalogue
from tiersync.model.cell import Cell, CellKey
from tiersync.model.finding import Request, Verdict
from tiersync.model.period import Period
from tiersync.model.report import Report, ReportKey
from tiersync.model.text import EMPTY, Text, plain
from tiersync.rules.agreement.difference import decimal_text, say_rank
from tiersync.store.database import Connection
from tiersync.store.links.envelopes import load, read_body
from tiersync.store.reports.reports import rank_of, revisions_of
from tiersync.store.reports.sealed import sealed_reports
from tiersync.views.reports.figures import NOTHING, breakdown_words
from tiersync.views.table import Table, moment, table
from tiersync.views.words import word

SAID = {
    "filed": Text("报送", "filed"),
    "accepted": Text("验收", "accepted"),
    "returned": Text("退回修改", "returned"),
    "received": Text("逾期收到", "received late"),
    "granted": Text("准予更正或补报", "granted"),
    "declined": Text("不予同意", "declined"),
    "exempted": Text("免报", "exempted"),
    "locked": Text("锁定", "locked"),
    "unlocked": Text("解锁", "unlocked"),
    "correct": Text("申请更正", "asked for a correction"),
    "unlock": Text("申请解锁", "asked to unlock"),
    "late": Text("申请补报", "asked to file late"),
    "exempt": Text("申请免报", "asked for an exemption"),
}


class Happened(NamedTuple):
    """One thing that happened to a report: what, when, by which unit's node, to which revision, and its words."""

    at: str
    what: str
    by: str
    revision: str
    text: str
    cells: tuple[str, ...] = ()
    until: str = ""


class History(NamedTuple):
    """All that is known here of a report, the earliest first, and the state that it is in."""

    form: str
    unit: str
    period: str
    part: str
    state: str
    happened: list[Happened]

    def table(self) -> Table:
        return table(
            Text("经过", "History"),
            Text("时间,事项,单位,版本,内容,单元格,期限", "when,what,by,revision,words,cells,until"),
            (
                (moment(one.at), SAID[one.what], one.by, one.revision, one.text, ", ".join(one.cells), one.until)
                for one in self.happened
            ),
        )

    def as_object(self) -> dict[str, object]:
        return self._asdict() | {"happened": [one._asdict() for one in self.happened]}


def history(node: Node, form: str, unit: str, period: Period, part: str | None) -> History:
    """What became of a report; of no named part the own one, where there is one. Raises UnknownName and UnknownUnit."""
    with node.store.read() as db:
        code = node.tree(db)[unit].code
        known = reviewed_unit(db, node, form, str(period), code)
        keys = [key for key in known if part in (None, key.part)]
        if not keys:
            raise UnknownName(what="report", name=f"{form} {period} {unit}", hint="See: tiersync report list")
        one = known[keys[0]]
        happened = sorted([*_filed(db, one.key), *_said(db, one.acts, _ranks(db, one.key))], key=lambda what: what.at)
        return History(*one.key, state=str(one.state or "missing"), happened=happened)


def _filed(db: Connection, key: ReportKey) -> Iterator[Happened]:
    for row in sorted(revisions_of(db, [key]).get(key, []), key=rank_of):
        yield Happened(row.received_at, "filed", row.origin, say_rank(rank_of(row)), "")


def _ranks(db: Connection, key: ReportKey) -> dict[str, str]:
    return {revision_of(row): say_rank(rank_of(row)) for row in revisions_of(db, [key]).get(key, [])}


def _said(db: Connection, acts: Sequence[Act], ranks: dict[str, str]) -> Iterator[Happened]:
    """The words stand in the sealed bodies."""
    loaded = load(db, [act.envelope for act in acts])
    for act in acts:
        body = read_body(loaded[act.envelope]) if act.envelope in loaded else None
        text, cells = "", tuple[str, ...]()
        if isinstance(body, Verdict):
            text, cells = " ".join(body.reasons), tuple(_named(cell.indicator, cell.breakdown) for cell in body.cells)
        elif isinstance(body, Request):
            text = body.text
        yield Happened(act.at, act.said, act.by, ranks.get(act.revision, ""), text, cells, act.until)


def _named(indicator: str, breakdown: str) -> str:
    return f"{indicator}[{breakdown}]" if breakdown else indicator


class ChangedCell(NamedTuple):
    """A cell that another revision says otherwise; `unasked` where it was returned and this cell was not meant."""

    indicator: str
    breakdown: str
    measure: str
    before: str
    after: str
    unasked: bool


class Changes(NamedTuple):
    """What a revision says otherwise than the one before it, in order of cell."""

    catalogue: Catalogue
    before: str
    after: str
    changed: list[ChangedCell]

    def table(self) -> Table:
        return table(
            Text("变化", "Changes"),
            Text(
                f"指标,名称,分组,版本 {self.before},版本 {self.after},备注",
                f"indicator,name,breakdown,revision {self.before},revision {self.after},remarks",
            ),
            (
                (
                    one.indicator, self._name(one), breakdown_words(self.catalogue, one.breakdown), one.before,
                    one.after, Text("未要求修改", "changed unasked") if one.unasked else EMPTY,
                )
                for one in self.changed
            ),
        )  # fmt: skip

    def _name(self, one: ChangedCell) -> Text:
        indicator = self.catalogue.by_code.get(one.indicator)
        named = Text(indicator.zh, indicator.en) if indicator else plain(one.indicator)
        measure = word(one.measure)
        return named if one.measure == "value" else Text(f"{named.zh}（{measure.zh}）", f"{named.en} ({measure.en})")

    def as_object(self) -> dict[str, object]:
        return {"before": self.before, "after": self.after, "changed": [one._asdict() for one in self.changed]}


def changes(node: Node, form: str, unit: str, period: Period, part: str | None, since: str | None) -> Changes:
    """What the current revision of a report says otherwise than the one before, or than `since`; raises UnknownName."""
    with node.store.read() as db:
        code = node.tree(db)[unit].code
        known = reviewed_unit(db, node, form, str(period), code)
        keys = [key for key, one in known.items() if part in (None, key.part) and one.row is not None]
        rows = sorted(revisions_of(db, keys[:1]).get(keys[0], []), key=rank_of) if keys else []
        earlier = [row for row in rows[:-1] if since in (None, str(row.revision), say_rank(rank_of(row)))]
        if not earlier:
            name = f"{form} {period} {unit} {since or ''}".rstrip()
            raise UnknownName(what="earlier revision", name=name, hint="See: tiersync report list --all-revisions")
        pair = [earlier[-1], rows[-1]]
        reports = {row.envelope: report for row, report in sealed_reports(db, pair)}
        asked = _asked_for(db, known[keys[0]].acts, revision_of(earlier[-1]))
        before, after = (reports.get(row.envelope) for row in pair)
        changed = [*_changed(before, after, asked)] if before and after else []
        ranks = [say_rank(rank_of(row)) for row in pair]
        return Changes(node.catalogue_for(db, period), ranks[0], ranks[1], changed)


def _asked_for(db: Connection, acts: Sequence[Act], revision: str) -> set[tuple[str, str]] | None:
    """The cells that were meant when a revision was returned; None where it was not."""
    returned = [act.envelope for act in acts if act.said == "returned" and act.revision == revision]
    bodies = [read_body(envelope) for envelope in load(db, returned).values()]
    cells = {(cell.indicator, cell.breakdown) for body in bodies if isinstance(body, Verdict) for cell in body.cells}
    return cells if returned else None


def _changed(before: Report, after: Report, asked: set[tuple[str, str]] | None) -> Iterator[ChangedCell]:
    old, new = ({cell.key: cell for cell in report.cells.rows()} for report in (before, after))
    for key in sorted(old.keys() | new.keys()):
        if _figure(old.get(key)) != _figure(new.get(key)):
            unasked = asked is not None and not _is_asked(key, asked)
            yield ChangedCell(*key, before=_figure(old.get(key)), after=_figure(new.get(key)), unasked=unasked)


def _is_asked(key: CellKey, asked: set[tuple[str, str]]) -> bool:
    """Whether a cell is meant: it is named, or its indicator is as a whole."""
    return (key.indicator, key.breakdown) in asked or (key.indicator, "") in asked


def _figure(cell: Cell | None) -> str:
    return NOTHING if cell is None or cell.value is None else decimal_text(cell.value, cell.scale)
