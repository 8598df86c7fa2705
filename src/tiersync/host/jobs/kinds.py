"""What each kind of job does, and what comes of it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

from tiersync.errors import DiskLow, TiersyncError
from tiersync.flow.agreement.reconcile import Wanted, reconcile
from tiersync.flow.clock import judged_now
from tiersync.flow.down import pull
from tiersync.flow.healing.heal import heal_all
from tiersync.flow.jobs.due_dates import changed_dues, note_dues
from tiersync.flow.jobs.patiently import read_patiently
from tiersync.flow.jobs.remind import remind
from tiersync.flow.jobs.work_off import JobOutcome, failed
from tiersync.flow.reading.ingest import Ingested
from tiersync.flow.tidy import tidy_wholly
from tiersync.flow.up import Pushed, Read, push_by_itself
from tiersync.host.alarms import announce, due_alarm, push_around, raise_alarms
from tiersync.host.care.backup import BackupWanted, back_up
from tiersync.host.hosted import HostedNode
from tiersync.host.opening import free_megabytes, not_enabled, now
from tiersync.host.reporter import Note, said_of
from tiersync.model.text import EMPTY, Text
from tiersync.rules.agreement.next_step import is_explained
from tiersync.rules.calendar.slots import Schedule

DoKind = Callable[[HostedNode, Schedule, Note], JobOutcome]


def do_read(hosted: HostedNode, schedule: Schedule, note: Note) -> JobOutcome:
    """Read the sources, and file nothing."""
    node = hosted.with_plugins()
    read = _reader(hosted, schedule)(node, now())
    return _faulty_or_done(read.failed, _said_read(read), note)


def do_push(hosted: HostedNode, schedule: Schedule, note: Note) -> JobOutcome:
    """One push, as a person would do it, except that totals are filed only when they are ripe."""
    node, ask = hosted.with_plugins(), hosted.asker()
    for plugin in node.disabled:
        note(not_enabled(plugin.id))
    around = push_around(hosted.folder, node, lambda: push_by_itself(node, ask, now(), _reader(hosted, schedule)))
    unsent = around.pushed.unsent
    outcome = _faulty_or_done([one for one in around.wrong if one is not unsent], _said_push(around.pushed), note)
    return failed(unsent) if unsent else outcome


def _reader(hosted: HostedNode, schedule: Schedule) -> Read:
    """How a schedule reads sources: those it names, or all; on a disk that is nearly full none, so that there is room
    for what comes over the links."""
    free, floor = free_megabytes(hosted.folder), hosted.settings().limits.disk_floor_mb
    if free < floor:
        low = DiskLow(dir=hosted.folder.resolve(), free=free, floor=floor)
        return lambda node, now: Ingested([], [low])
    return partial(read_patiently, among=schedule.streams)


def _said_push(done: Pushed) -> Text:
    sent = done.sent
    return Text(
        f"生成报告 {done.filed} 份，上级已收 {sent.stored} 份，下达 {sent.received} 份",
        f"{done.filed} reports filed, {sent.stored} envelopes stored above, {sent.received} came down",
    )


def _said_read(read: Ingested) -> Text:
    rows = sum(run.read for run in read.runs)
    return Text(f"数据流 {len(read.runs)} 个，读入 {rows} 行", f"{len(read.runs)} streams, {rows} rows read")


def do_pull(hosted: HostedNode, schedule: Schedule, note: Note) -> JobOutcome:
    """Take what has come down."""
    ask = hosted.asker()
    if ask is None:
        return JobOutcome("done", Text("没有上级", "there is no unit above"))
    node = hosted.node_now()
    pulled = pull(node, ask, now())
    wrong = [*pulled.failed, *announce(hosted.folder, node, pulled)]
    said = Text(f"下达 {pulled.sent.received} 件", f"{pulled.sent.received} envelopes came down")
    return _faulty_or_done(wrong, said, note)


def do_reconcile(hosted: HostedNode, schedule: Schedule, note: Note) -> JobOutcome:
    """Compare everything that is held, and say how much is not explained."""
    findings = reconcile(hosted.node_now(), Wanted(), now())
    unexplained = sum(not is_explained(one) for one in findings)
    said = Text(
        f"差异 {len(findings)} 处，未解释 {unexplained} 处", f"{len(findings)} differences, {unexplained} unexplained"
    )
    return JobOutcome("faulty" if unexplained else "done", said)


def do_scrub(hosted: HostedNode, schedule: Schedule, note: Note) -> JobOutcome:
    """Read every sealed report again, and fetch good copies of what is damaged."""
    healed = heal_all(hosted.node_now(), hosted.asker(), now())
    said = Text(
        f"核对签名报告 {healed.reports} 份，损坏 {len(healed.seen)} 份，未恢复 {len(healed.left)} 份",
        f"{healed.reports} sealed reports read, {len(healed.seen)} damaged, {len(healed.left)} not mended",
    )
    return JobOutcome("faulty" if healed.left else "done", said)


def do_tidy(hosted: HostedNode, schedule: Schedule, note: Note) -> JobOutcome:
    """Forget what was kept long enough; by a clock that is in doubt nothing is."""
    node = hosted.with_plugins()
    if judged_now(node, now()).witnesses:
        return JobOutcome("done", Text("时钟有疑问，暂不清理", "the clock is in doubt; nothing was forgotten"))
    changed = changed_dues(node, now())
    for one in changed:
        note(Text(f"{one.form} {one.period} 的截止日改为 {one.is_now}，原为 {one.was}",
                  f"{one.form} {one.period} is due {one.is_now} now, and was {one.was}"))  # fmt: skip
    untold = list(raise_alarms(hosted.folder, node, [due_alarm(node.home)] if changed else [], "due dates"))
    for error in untold:
        note(said_of(error))
    if not untold:
        note_dues(node, now())
    gone = tidy_wholly(node, now())
    return JobOutcome("done", Text(f"清理 {gone} 行", f"{gone} rows forgotten"))


def _faulty_or_done(wrong: Sequence[TiersyncError], said: Text, note: Note) -> JobOutcome:
    """Done, or done with something wrong, each of which is noted."""
    for error in wrong:
        note(said_of(error))
    if not wrong:
        return JobOutcome("done", said)
    return JobOutcome("faulty", _listed([said, said_of(wrong[0])], len(wrong) - 1))


def _listed(texts: Iterable[Text], more: int) -> Text:
    parts = list(texts)
    others = Text(f"；另有 {more} 处", f"; and {more} more") if more else EMPTY
    return Text("；".join(one.zh for one in parts) + others.zh, "; ".join(one.en for one in parts) + others.en)


def do_remind(hosted: HostedNode, schedule: Schedule, note: Note) -> JobOutcome:
    """Remind whoever has not reported what was due."""
    reminded = remind(hosted.node_now(), now())
    units = sum(len(units) for one in reminded for units in one.lacking.values())
    return JobOutcome("done", Text(f"催报 {len(reminded)} 次，涉及 {units} 个单位",
                                   f"{len(reminded)} reminders, of {units} units"))  # fmt: skip


def do_backup(hosted: HostedNode, schedule: Schedule, note: Note) -> JobOutcome:
    """Back the node up without its keys, and verify the backup."""
    done = back_up(hosted.node_now(), hosted.folder, BackupWanted(), now())
    if done.lacking:
        count = len(done.lacking)
        return JobOutcome("faulty", Text(f"有 {count} 个文件已丢失", f"{count} files that it should hold are gone"))
    size = done.size / 2**20
    return JobOutcome(
        "done", Text(f"{done.file.name}，{size:.1f} MB，已核对", f"{done.file.name}, {size:.1f} MB, verified")
    )


KINDS: Mapping[str, DoKind] = {
    "read": do_read,
    "push": do_push,
    "pull": do_pull,
    "reconcile": do_reconcile,
    "scrub": do_scrub,
    "tidy": do_tidy,
    "backup": do_backup,
    "remind": do_remind,
}
WRITES = frozenset({"read", "push", "scrub", "tidy"})  # One command at a time does these at a node.
