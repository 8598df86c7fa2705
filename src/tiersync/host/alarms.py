"""What happens around a push: packages are told of it, and people of what needs them."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePath
from typing import NamedTuple

from tiersync.errors import TiersyncError
from tiersync.flow.down import Pulled
from tiersync.flow.node import Node
from tiersync.flow.reading_node import ReadingNode
from tiersync.flow.up import Pushed
from tiersync.host.opening import secrets_of, settings_of
from tiersync.model.canonical import digest, spell
from tiersync.plugins.hooks import call_listeners, offered, package_failed
from tiersync.plugins.hookspecs import Alarm, RunBegins, RunEnded
from tiersync.store.facts import forget, recall, remember

TOLD = "alarms_told"  # digests of the alarms that still stand and were told


class Around(NamedTuple):
    """A push, and what went wrong around it."""

    pushed: Pushed
    failed: list[TiersyncError]

    @property
    def wrong(self) -> list[TiersyncError]:
        """Everything that went wrong while sources were read, on the line, and around it."""
        return [*self.pushed.failed, *self.failed]


def push_around(folder: Path, node: ReadingNode, push: Callable[[], Pushed]) -> Around:
    """Push; every listener of a package is told before and after, people once of each thing that needs them."""
    failed: list[TiersyncError] = []
    failed += call_listeners(
        "tiersync_before_run", RunBegins(unit=node.home, plugins=tuple(one.id for one in node.plugins))
    )
    try:
        pushed = push()
    except TiersyncError as error:
        ended = RunEnded(unit=node.home, read=0, refused=0, filed=0, stored=0, failed=(error.say("en"),))
        list(call_listeners("tiersync_after_run", ended))
        raise
    failed += call_listeners("tiersync_after_run", _ended(node, pushed))
    return Around(pushed, [*failed, *raise_alarms(folder, node, alarms_of(node, pushed))])


def _ended(node: ReadingNode, pushed: Pushed) -> RunEnded:
    runs = pushed.read.runs
    return RunEnded(
        unit=node.home,
        read=sum(run.read for run in runs),
        refused=sum(sum(run.refused.values()) for run in runs),
        filed=pushed.filed,
        stored=pushed.sent.stored,
        failed=tuple(error.say("en") for error in pushed.failed),
    )


def alarms_of(node: ReadingNode, pushed: Pushed) -> Iterator[Alarm]:
    """What of a push needs somebody. An alarm leaves the node, so it names the plugin and not what was wrong: even the
    name of a file may be somebody's."""
    for whose in sorted({whose_fault(error) for error in pushed.read.failed}):
        yield Alarm(
            unit=node.home, kind="source_failed",
            en=f"{whose}: a source could not be read; tiersync push says why",
            zh=f"{whose}：数据源读取失败；运行 tiersync push 查看原因",
        )  # fmt: skip
    if pushed.clock.wrong:
        yield Alarm(
            unit=node.home, kind="clock",
            en="the clock of this machine seems to be wrong, nothing new is filed: tiersync status",
            zh="本机时钟可能有误，暂不归档新报告：tiersync status",
        )  # fmt: skip
    if pushed.altered:
        yield Alarm(
            unit=node.home, kind="altered",
            en=f"{len(pushed.altered)} sealed reports were altered or damaged: tiersync finding list --all",
            zh=f"{len(pushed.altered)} 份签名报告被改动或损坏：tiersync finding list --all",
        )  # fmt: skip


def whose_fault(error: TiersyncError) -> str:
    """The plugin or package that an error is about, by its own name."""
    fields = {name: str(value) for name, value in error.fields.items()}
    if "plugin" in fields:
        return fields["plugin"]
    if "place" in fields:
        return fields["place"].partition("/")[0]
    file = PurePath(fields.get("file", fields.get("name", "?")))
    return file.parent.name or file.name


def job_alarm(unit: str, name: str) -> Alarm:
    """That a job needs somebody; what is wrong with it does not leave the node."""
    return Alarm(
        unit=unit, kind="job", en=f"the job {name} needs somebody: tiersync runs",
        zh=f"任务 {name} 需要处理：tiersync runs",
    )  # fmt: skip


def due_alarm(unit: str) -> Alarm:
    """That due dates are others now than was said."""
    return Alarm(
        unit=unit, kind="due", en="due dates of forms have changed: tiersync calendar",
        zh="报表的截止日有变化：tiersync calendar",
    )  # fmt: skip


def raise_alarms(folder: Path, node: Node, alarms: Iterable[Alarm], about: str = "") -> Iterator[TiersyncError]:
    """Tell people of each alarm once for as long as it stands, among those `about` the same; yields what kept somebody
    from being told."""
    fact = f"{TOLD} {about}".strip()
    standing = {digest(spell(alarm)): alarm for alarm in alarms}
    with node.store.read() as db:
        told = set((recall(db, fact) or "").split())
    failed = {key: list(alert(folder, standing[key])) for key in standing.keys() - told}
    now_told = {key for key in standing if not failed.get(key)}  # Whom the line kept from it is told the next time.
    if now_told != told:
        with node.store.write() as db:
            remember(db, fact, " ".join(sorted(now_told))) if now_told else forget(db, fact)
    for errors in failed.values():
        yield from errors


def announce(folder: Path, node: Node, pulled: Pulled) -> list[TiersyncError]:
    """Tell people that notices have come; returns what kept somebody from being told."""
    if not pulled.receipts:
        return []
    came = Alarm(
        unit=node.home, kind="notice", en=f"{pulled.receipts} notices came down: tiersync notice list",
        zh=f"收到下达通知 {pulled.receipts} 份：tiersync notice list",
    )  # fmt: skip
    return list(alert(folder, came))


def alert(folder: Path, alarm: Alarm) -> Iterator[TiersyncError]:
    """Hand an alarm to every notifier; one that fails keeps no other from it."""
    try:
        find = secrets_of(folder)
        addresses = tuple(find(name) for name in settings_of(folder).notify.to)
    except TiersyncError as error:
        yield error
        addresses = ()
    for package, _, notifier in offered("tiersync_notifiers"):
        try:
            notifier.tell(alarm, addresses)
        except TiersyncError as error:
            yield error
        except (Exception, SystemExit) as error:
            yield package_failed(package, type(error).__name__)
