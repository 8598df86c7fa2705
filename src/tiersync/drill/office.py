"""What an office does on a day: it files what it says, hands it up, and takes what came down."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from tiersync.drill.world import FORM, Declared
from tiersync.errors import TiersyncError
from tiersync.flow.counting.counting import Filed
from tiersync.flow.down import pull
from tiersync.flow.figures.filing import file_reports, next_revisions
from tiersync.flow.figures.totals import file_totals
from tiersync.flow.jobs.states import note_schedules
from tiersync.flow.jobs.work_off import Job, JobOutcome, Working, work_off
from tiersync.flow.node import Ask, Node
from tiersync.flow.notices.notice import mark_read, new_notice_id, publish
from tiersync.flow.reading.ingest import Ingested
from tiersync.flow.reading_node import ReadingNode
from tiersync.flow.up import Concerned, Pushed, finish, get_ready, pushed, tidy_by, to_file, what_is_due
from tiersync.model.cell import Cells
from tiersync.model.notice import Audience, Notice
from tiersync.model.period import Period
from tiersync.model.report import Report, ReportKey
from tiersync.model.unit import Tree
from tiersync.rules.calendar.slots import Every, Office, Schedule
from tiersync.rules.calendar.working_days import WorkingDays
from tiersync.store.catalogues import newest_number
from tiersync.store.database import Connection
from tiersync.store.links.charters import load_keyring
from tiersync.store.notices import all_notices, notices_by

NOTHING_READ = Ingested([], [])
NOTHING = "nothing"  # happened


class Work(NamedTuple):
    """What an office works with: its node, its line to the unit above (None at the top), what it has said so far, what
    its machine takes for the time, and the process that runs on it."""

    node: ReadingNode
    ask: Ask | None
    declared: Sequence[Declared]
    now: datetime
    process: str = ""


Done = tuple[str, bool]
"""What happened in a few words, and whether all of it could be done."""
OFTEN = Every(timedelta(minutes=1))
SHANGHAI = ZoneInfo("Asia/Shanghai")


def as_job(what: str, do: Callable[[Work], Done]) -> Callable[[Work], Done]:
    """What an office's host does by itself: the job that has its turn, of a schedule that has one every minute.
    Machines of a drill are awake only now and then, so it is mostly one that makes up for many."""
    schedule = Schedule(what, what, OFTEN)

    def work_off_one(work: Work) -> Done:
        said: list[Done] = []

        def done(job: Job) -> JobOutcome:
            try:
                said.append(do(work))
            except TiersyncError as error:
                said.append((type(error).__name__, False))
                raise
            return JobOutcome("done") if said[0][1] else JobOutcome("failed", is_tried_again=True)

        office = Office(work.node.home, SHANGHAI, lambda: WorkingDays(None))
        working = Working([schedule], office, work.process, lambda: work.now, lambda within: within)
        note_schedules(work.node, [schedule], work.now)
        ended = list(work_off(work.node, working, done))
        return said[0] if ended else (NOTHING, True)

    return work_off_one


def push_declared(work: Work) -> Done:
    """The push of the flow, step by step, but that the office's own figures are handed in and not read and counted: a
    worker and a count would be most of a drill, and no fault of a line, a disk or a kill is in them."""
    node, ask, now = work.node, work.ask, work.now
    newest = {one.period: one.cells for one in work.declared}
    ready = get_ready(node, ask, _due(node, newest, now), now)
    due = to_file(ready, _due(node, newest, now))
    own = _file_own(node, due, newest, now)
    filed = Filed(own + file_totals(node, due, now), [])
    tidy_by(ready.clock, node, now)
    done = finish(node, ask, now, pushed(NOTHING_READ, ready, filed))
    return _told(done), not done.failed


def _told(done: Pushed) -> str:
    """A push in a few words."""
    failed = " ".join(type(error).__name__ for error in done.failed)
    said = f"filed {done.filed} sent {tuple(done.sent)} altered {len(done.altered)} {failed}".strip()
    return NOTHING if said == "filed 0 sent (0, 0, 0) altered 0" else said


def pull_and_acknowledge(work: Work) -> Done:
    """Take what came down, and say that it has arrived."""
    if work.ask is None:
        return NOTHING, True
    done = pull(work.node, work.ask, work.now)
    is_nothing = done.sent == (0, 0, 0) and not done.receipts
    return NOTHING if is_nothing else f"pulled {tuple(done.sent)} receipts {done.receipts}", True


def publish_once(work: Work, title: str) -> Done:
    """Publish a policy for everybody below, unless it stands in the list already."""
    with work.node.store.read() as db:
        if any(row.title == title for row in notices_by(db, work.node.home)):
            return NOTHING, True
        tiers = node_tiers(work.node.tree(db), work.node.home)
    notice = Notice(
        notice_id=new_notice_id(), title=title, issued_by=work.node.home, issuer=work.node.home,
        issued_on=work.node.day_of(work.now), text=title, audience=Audience(tiers=tiers),
    )  # fmt: skip
    publish(work.node, notice, (), work.now)
    return f"published {title}", True


def node_tiers(tree: Tree, home: str) -> tuple[str, ...]:
    """The tiers below a unit."""
    return tuple(sorted({tree[unit].tier for unit in tree.within(home)} - {tree[home].tier}))


def read_all(work: Work) -> Done:
    """Somebody reads every notice that is here and was not read."""
    with work.node.store.read() as db:
        notices = [row.notice for row in all_notices(db)]
    said = sum(mark_read(work.node, notice, work.now).receipts for notice in notices)
    return (f"read {said}" if said else NOTHING), True


def _due(node: Node, newest: Iterable[Period], now: datetime) -> Concerned:
    """What the flow says is due, and the quarters that the office says something of."""
    due = list(what_is_due(node, now, None))
    with node.store.read() as db:
        form = node.catalogue(db).form(FORM)
    known = {period for _, period in due}
    return [*due, *((form, period) for period in newest if period not in known)]


def _file_own(node: Node, to_file: Concerned, newest: dict[Period, Cells], now: datetime) -> int:
    """File what the office says of each quarter, where its current report says another thing; returns how many."""
    with node.store.write() as db:
        return file_reports(db, node, list(_changed(db, node, to_file, newest)), now)


def _changed(db: Connection, node: Node, to_file: Concerned, newest: dict[Period, Cells]) -> Iterator[Report]:
    tenure = load_keyring(db).tenure(node.home, node.tree(db))
    said = {ReportKey(FORM, node.home, str(period), "own"): period for _, period in to_file if period in newest}
    revisions, catalogue = next_revisions(db, list(said)), newest_number(db)
    for key, period in said.items():
        revision, cells = revisions[key], newest[period]
        if revision.cells_digest != cells.digest:
            yield Report(
                form=FORM, unit=node.home, period=period, part="own", tenure=tenure,
                revision=revision.number, catalogue=catalogue, cells=cells, replaces=revision.replaces,
                reason="changed" if revision.replaces else "first",
            )  # fmt: skip
