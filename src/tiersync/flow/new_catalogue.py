"""The next catalogue: what it would change here, and its publication by the top of the network."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import NamedTuple, Protocol

from tiersync.errors import AlreadyFiled, BadCatalogue, DraftOutdated, NothingChanged, NotTheTop, TreeInUse
from tiersync.flow.exchange.sealing import send
from tiersync.flow.node import Node
from tiersync.model.catalogue import Catalogue
from tiersync.model.form import Form
from tiersync.model.period import Period
from tiersync.model.records.kinds import Code, Codes
from tiersync.model.records.record import RECORDS
from tiersync.rules.calendar.due import first_open
from tiersync.rules.calendar.in_force import ever_in_force
from tiersync.rules.calendar.windows import LateDue, late_dues
from tiersync.rules.catalogue.changes import Changed, TreeTurn, changes, first_turn, first_under, forms_changed
from tiersync.store.catalogues import held_catalogues, keep_catalogue
from tiersync.store.database import Connection
from tiersync.store.links.links import child_peers, note_audit
from tiersync.store.reports.reports import current_reports
from tiersync.store.reports.rounds import stored_since


class CatalogueDraft(Protocol):
    """What somebody wrote: the catalogue that it makes, from which one it was made, and in which folder."""

    @property
    def catalogue(self) -> Catalogue: ...
    @property
    def based_on(self) -> int: ...
    @property
    def folder(self) -> object: ...


class HeldOtherwise(NamedTuple):
    """So many reports of a form whose figures would be made otherwise are held here for a period that is still open."""

    form: str
    period: str
    reports: int


class Comparison(NamedTuple):
    """What a draft would change against the newest catalogue: entries, the forms whose figures would be made otherwise,
    the reports of open periods that they concern, new due dates that lie so late that another year may be meant, and
    where the tree first stands otherwise."""

    newest: int
    changes: list[Changed]
    forms: list[Form]
    stored: list[HeldOtherwise]
    late_dues: list[LateDue]
    turn: TreeTurn | None = None


ReadDraft = Callable[[Catalogue], CatalogueDraft]
"""Reads what somebody wrote, given the newest catalogue."""


def catalogue_to_draft(node: Node) -> Catalogue:
    """The newest catalogue, from which the next one may be drafted here; raises NotTheTop."""
    with node.store.read() as db:
        check_top(db, node)
        return node.catalogue(db)


def compare_draft(node: Node, read: ReadDraft, today: date) -> Comparison:
    """What a draft would change."""
    with node.store.read() as db:
        return compare(db, node, read(node.catalogue(db)), today)


def plan_draft(node: Node, read: ReadDraft, begins: Period, today: date) -> "tuple[CatalogueDraft, Publication]":
    """A draft, and the catalogue that it would be from `begins` on; raises why it may not be published."""
    with node.store.read() as db:
        draft = read(node.catalogue(db))
        return draft, plan_publication(db, node, draft, begins, today)


def compare(db: Connection, node: Node, draft: CatalogueDraft, today: date) -> Comparison:
    """What a draft would change."""
    newest = node.catalogue(db)
    forms = forms_changed(newest, draft.catalogue)
    stored = [one for form in forms for one in _stored(db, form, first_open(form, today))]
    was = {form.code: form.due_days for form in newest.forms}
    late = late_dues(form for form in draft.catalogue.forms if was.get(form.code) != form.due_days)
    turn = first_turn(newest, draft.catalogue)
    return Comparison(newest.number, changes(newest, draft.catalogue), forms, stored, list(late), turn)


def _stored(db: Connection, form: Form, first: Period) -> Iterator[HeldOtherwise]:
    for period in stored_since(db, form.code, str(first)):
        yield HeldOtherwise(form.code, period, len(current_reports(db, form.code, period)))


class Publication(NamedTuple):
    """A catalogue that may be published, what it changes, and the children that get it first."""

    catalogue: Catalogue
    comparison: Comparison
    children: list[str]


def plan_publication(db: Connection, node: Node, draft: CatalogueDraft, begins: Period, today: date) -> Publication:
    """The next catalogue, in force from `begins` on; raises why it may not be published."""
    check_top(db, node)
    comparison = compare(db, node, draft, today)
    if draft.based_on != comparison.newest:
        raise DraftOutdated(dir=draft.folder, based_on=draft.based_on, newest=comparison.newest)
    if not comparison.changes:
        raise NothingChanged(dir=draft.folder, newest=comparison.newest)
    _check_lists(node.catalogue(db), draft)
    _check_calendar(node.catalogue(db), draft)
    if comparison.turn:
        _check_turn(db, draft, comparison.turn, begins, today)
    for otherwise in _made_otherwise(db, node, draft.catalogue, begins):
        _check_open(db, otherwise, today)
    catalogue = draft.catalogue.model_copy(update={"number": comparison.newest + 1, "in_force_from": begins})
    return Publication(catalogue, comparison, sorted(child_peers(db)))


def check_top(db: Connection, node: Node) -> None:
    """Raise NotTheTop at every node but the one that seals catalogues."""
    newest = node.catalogue(db)
    if node.home != newest.top:
        raise NotTheTop(unit=node.home, top=f"{newest.top} {newest.tree[newest.top].name}")


def _check_lists(newest: Catalogue, draft: CatalogueDraft) -> None:
    """A list by which records are read may change, and not go."""
    gone = newest.codes.keys() - draft.catalogue.codes.keys()
    for record, model in RECORDS.items():
        for kind in model.kinds().values():
            if isinstance(kind, Code | Codes) and kind.codes in gone:
                raise BadCatalogue(
                    place=f"{draft.folder}, codes/{kind.codes.lower()}.csv",
                    why_en=f"records of {record} need this list", why_zh=f"{record} 记录需要该代码表",
                )  # fmt: skip


def _check_calendar(newest: Catalogue, draft: CatalogueDraft) -> None:
    """Of a year something is known once it is; what is known may be corrected."""
    was, now = (days.years if days else frozenset[int]() for days in (newest.calendar, draft.catalogue.calendar))
    if gone := sorted(was - now):
        raise BadCatalogue(
            place=f"{draft.folder}, calendar", why_en=f"the years {gone[0]} to {gone[-1]} are gone",
            why_zh=f"缺少 {gone[0]} 至 {gone[-1]} 年",
        )  # fmt: skip


def _check_turn(db: Connection, draft: CatalogueDraft, turn: TreeTurn, begins: Period, today: date) -> None:
    """The tree stays what it was before the catalogue begins, and in every period that is filed or closed."""
    if turn.day < begins.first_day:
        raise BadCatalogue(
            place=f"{draft.folder}, units.csv, {turn.unit}",
            why_en=f"it would stand otherwise from {turn.day} on, before {begins} begins; what was stays in the list: "
            "a unit that goes gets valid_to, one that moves says under earlier where it was",
            why_zh=f"该单位自 {turn.day} 起与原单位树不同，早于施行起始 {begins}；原有内容须保留：撤销的填 valid_to，"
            "划转的在 earlier 中写明原上级",
        )  # fmt: skip
    for form in draft.catalogue.forms:
        first = Period.of(form.period, turn.day)
        for settled in _filed_or_closed(db, Otherwise(form, first, date.max), today):
            raise TreeInUse(unit=turn.unit, day=turn.day, form=form.code, period=settled.period, **settled.why)


class Otherwise(NamedTuple):
    """A form whose figures would be made otherwise for the periods that begin from `first` on, up to before `ends`."""

    form: Form
    first: Period
    ends: date


def _made_otherwise(db: Connection, node: Node, drafted: Catalogue, begins: Period) -> Iterator[Otherwise]:
    """What a draft would define anew of each catalogue whose place it takes: one that begins earlier than the newest
    also takes the place of those before that."""
    for held, ends in ever_in_force(held_catalogues(db)):
        since = max(begins, held.in_force_from or begins)
        for form in forms_changed(node.read_catalogue(db, held.envelope), drafted):
            first = first_under(form, since)
            if first.first_day < ends:
                yield Otherwise(form, first, ends)


class SettledPeriod(NamedTuple):
    """A period of which nothing may be made otherwise any more, and why."""

    period: str
    why: dict[str, str]


def _filed_or_closed(db: Connection, otherwise: Otherwise, today: date) -> Iterator[SettledPeriod]:
    """The first period that was filed, or could be filed no more."""
    form, first, ends = otherwise
    stored = [one for one in _stored(db, form, first) if Period(one.period).first_day < ends]
    for one in stored[:1]:
        why_zh = f"本节点已有其报告 {one.reports} 份"
        yield SettledPeriod(one.period, {"why_en": f"{one.reports} reports of it are held here", "why_zh": why_zh})
    if today >= form.date_of("closed", first):
        yield SettledPeriod(str(first), {"why_en": "it is closed", "why_zh": "该期已关闭"})


def _check_open(db: Connection, otherwise: Otherwise, today: date) -> None:
    """Figures that were filed, or could be filed no more, are not made otherwise afterwards."""
    for settled in _filed_or_closed(db, otherwise, today):
        raise AlreadyFiled(form=otherwise.form.code, period=settled.period, **settled.why)


def publish_catalogue(node: Node, draft: CatalogueDraft, begins: Period, now: datetime) -> Publication:
    """Seal the next catalogue and queue it for every child, in one transaction. Of two who publish at once the second
    finds that its draft is outdated."""
    with node.store.write() as db:
        publication = plan_publication(db, node, draft, begins, node.day_of(now))
        catalogue = publication.catalogue
        keep_catalogue(db, send(db, node, catalogue, now), catalogue)
        note_audit(db, now, node.home, "catalogue", f"{catalogue.number} from {begins}")
    return publication
