"""The node itself: its database, plugins, schedules and jobs, calendar, backup, links, and what waits for somebody."""

from datetime import datetime, timedelta

from tiersync.flow.healing.heal import SCRUBBED
from tiersync.flow.jobs.states import SINCE, states
from tiersync.host.doctor.patient import Found, Patient, look, ok, wrong
from tiersync.host.jobs.schedules import office_of, schedules_of
from tiersync.host.opening import open_node
from tiersync.host.place import is_elsewhere
from tiersync.model.text import EMPTY, Text
from tiersync.plugins.folder.trust import trusted_plugins
from tiersync.rules.calendar.jobs import FOR_EVER
from tiersync.rules.calendar.slots import Every, next_slots
from tiersync.store.care.manifest import BACKUP_AT
from tiersync.store.care.soundness import damaged
from tiersync.store.database import NEWEST
from tiersync.store.facts import recall
from tiersync.store.findings import open_findings
from tiersync.store.links.envelopes import unread_ids
from tiersync.store.runs.quarantine import counted
from tiersync.views.links import LinkLine, link_lines

OLD_BACKUP, OLD_SCRUB = timedelta(days=8), timedelta(days=3)
LATE = 3  # intervals without a push: nobody runs the node
ANNOUNCED_BY = (12, 15)  # month and day by which next year's days off are announced


def database(patient: Patient) -> Found:
    """Whether the database can be opened, has the tables of this program, and can be written."""
    patient.node = open_node(patient.folder)
    with patient.node.store.write_job():
        pass
    kind = "PostgreSQL" if patient.node.store.is_shared else "SQLite"
    return ok(f"{kind}，表结构 {NEWEST}，可写", f"{kind}, tables of {NEWEST}, writable")


def soundness(patient: Patient) -> Found:
    """Whether the database is sound by its own account."""
    faults = damaged(patient.opened().store)
    if not faults:
        return ok("完好", "sound")
    return wrong(
        Text(f"数据库损坏：{faults[0].zh}", f"it is damaged: {faults[0].en}"),
        Text("用备份恢复：tiersync db restore", "put it back from a backup: tiersync db restore"),
    )


def plugins(patient: Patient) -> Found:
    """Whether every plugin can be read and is enabled."""
    found = trusted_plugins(patient.folder / "plugins")
    if found.broken:
        error = found.broken[0]
        return wrong(Text(error.say("zh"), error.say("en")), Text("更正后重试", "mend it"))
    if found.disabled:
        names = ", ".join(one.id for one in found.disabled)
        return look(
            Text(f"未启用：{names}", f"not enabled: {names}"),
            Text("tiersync plugin test，再 plugin enable", "tiersync plugin test, then plugin enable"),
        )
    return ok(f"已启用 {len(found.plugins)} 个", f"{len(found.plugins)} are enabled")


def schedules(patient: Patient) -> Found:
    """Whether every schedule comes, and reads streams that there are."""
    node, office = patient.opened(), office_of(patient.opened())
    found = schedules_of(patient.folder, patient.settings)
    plugins_here = trusted_plugins(patient.folder / "plugins").plugins
    streams = {f"{one.id}/{stream.name}" for one in plugins_here for stream in one.streams}
    for one in found:
        next(next_slots(one, patient.now, office))  # raises NoCalendar where nobody knows when
        for name in one.streams:
            if name not in streams:
                return wrong(
                    Text(f"计划 {one.name} 限定的数据流 {name} 不存在", f"{one.name}: there is no stream {name}"),
                    Text("请改正 tiersync.toml 的 [[schedule]]", "correct [[schedule]] in tiersync.toml"),
                )  # fmt: skip
    with node.store.read() as db:
        held = states(db, found, patient.now)
    if resting := [name for name, state in held.items() if state.paused_until == FOR_EVER]:
        names = ", ".join(resting)
        return look(
            Text(f"已暂停：{names}", f"resting: {names}"), Text("tiersync schedule resume", "tiersync schedule resume")
        )
    return ok(f"共 {len(found)} 项", f"{len(found)} of them")


def jobs(patient: Patient) -> Found:
    """Whether jobs are done, and end well."""
    node = patient.opened()
    found = schedules_of(patient.folder, patient.settings)
    with node.store.read() as db:
        held = states(db, found, patient.now)
    if bad := [name for name, state in held.items() if state.last and state.last.result in ("failed", "faulty")]:
        names = ", ".join(bad)
        return wrong(
            Text(f"最近一次失败或有问题：{names}", f"failed or faulty the last time: {names}"),
            Text("tiersync runs --failed", "tiersync runs --failed"),
        )
    with node.store.read() as db:
        if found and not any(recall(db, SINCE.format(one.name)) for one in found):
            return look(
                Text("从未由 tiersync run 运行", "tiersync run has never kept it going"),
                Text("tiersync run，或 tiersync service install", "tiersync run, or tiersync service install"),
            )
    for one in found:
        state = held[one.name]
        if isinstance(one.rule, Every) and not state.paused_until:
            last = state.last.slot if state.last else state.since
            if patient.now - last > LATE * one.rule.interval + timedelta(minutes=1):
                return wrong(
                    Text(f"{one.name} 未按时执行，本节点没有在运行", f"{one.name} is overdue: nobody runs this node"),
                    Text("tiersync run，或 tiersync service install", "tiersync run, or tiersync service install"),
                )
    return ok("按时执行", "done in time")


def calendar(patient: Patient) -> Found:
    """Whether the days off of this year, and by mid-December of the next, are announced."""
    node = patient.opened()
    today, days = node.day_of(patient.now), node.working_days_now()
    wanted = [today.year, *([today.year + 1] if (today.month, today.day) >= ANNOUNCED_BY else [])]
    for year in wanted:
        if year not in days.years or days.certainty(year) == "estimated":
            return look(
                Text(f"{year} 年的放假安排未录入，按工作日计的期限为暂定", f"the days off of {year} are estimated"),
                Text("最上级：tiersync catalogue draft，补充 calendar/days.csv 后 publish",
                     "the top node adds them: tiersync catalogue draft, calendar/days.csv, publish"),
            )  # fmt: skip
    return ok(f"{wanted[-1]} 年的放假安排已录入", f"those of {wanted[-1]} are announced")


def backup(patient: Patient) -> Found:
    """Whether there is a backup that was verified, and not too old."""
    age = _age(patient, BACKUP_AT)
    todo = Text("tiersync db backup", "tiersync db backup")
    if age is None:
        return look(Text("从未备份", "there is none"), todo)
    said = Text(f"{age.days} 天前", f"{age.days} days old")
    return wrong(said, todo) if age > OLD_BACKUP else ("ok", said, EMPTY)


def damage(patient: Patient) -> Found:
    """Whether every sealed report is what was sealed, and was looked at lately."""
    with patient.opened().store.read() as db:
        altered = [one for one in open_findings(db) if one.reason == "altered" and one.node == patient.opened().home]
    if altered:
        return wrong(
            Text(f"{len(altered)} 份签名报告损坏", f"{len(altered)} sealed reports are damaged"),
            Text("tiersync db heal", "tiersync db heal"),
        )
    age = _age(patient, SCRUBBED)
    if age is not None and age > OLD_SCRUB:
        return look(
            Text(f"{age.days} 天没有巡检", f"not read for {age.days} days"),
            Text("tiersync db heal", "tiersync db heal"),
        )
    return ok("没有发现", "none is known")


def newer(patient: Patient) -> Found:
    """Whether something came that only a newer program reads."""
    with patient.opened().store.read() as db:
        count = len(unread_ids(db))
    if count:
        return wrong(
            Text(f"{count} 件由更新版本写成，待读", f"{count} envelopes of a newer program are unread"),
            Text("升级本机的 tiersync", "upgrade tiersync on this machine"),
        )
    return ok("没有", "nothing")


def links(patient: Patient) -> Found:
    """Whether something waits for somebody, or was refused."""
    lines = link_lines(patient.opened(), patient.now)
    if waits := next((line for line in lines if line.turn), None):
        return (wrong if waits.turn == "here" else look)(_said(waits), waits.why)
    if refused := next((line for line in lines if line.refused), None):
        return look(
            Text(f"{refused.name} 拒收 {refused.refused} 件", f"{refused.name} refused {refused.refused} envelopes"),
            Text("tiersync status", "tiersync status"),
        )
    return ok(f"共 {len(lines)} 条", f"{len(lines)} of them")


def place(patient: Patient) -> Found:
    """Whether the node last ran where it lies now."""
    if is_elsewhere(patient.opened(), patient.folder):
        return look(
            Text("上次在另一台机器或另一目录中运行", "it last ran at another machine, or in another folder"),
            Text("确认原处不再运行：同一节点只能在一处运行", "see that it runs there no more: a node has one place"),
        )
    return ok("在原处", "where it was")


def _said(line: LinkLine) -> Text:
    since = line.oldest_at[:10]
    return Text(
        f"发往{line.name}的 {line.waiting} 件自 {since} 起待发", f"{line.waiting} wait for {line.name} since {since}"
    )


def quarantine(patient: Patient) -> Found:
    """Whether refused rows wait for somebody."""
    with patient.opened().store.read() as db:
        rows = sum(counted(db).values())
    if rows:
        return look(
            Text(f"{rows} 行待更正", f"{rows} rows wait"),
            Text("tiersync quarantine list", "tiersync quarantine list"),
        )
    return ok("没有", "none")


def _age(patient: Patient, fact: str) -> timedelta | None:
    """How long ago something was done; None where it never was."""
    with patient.opened().store.read() as db:
        at = recall(db, fact)
    return patient.now - datetime.fromisoformat(at) if at else None


LOOKS = {"database": (Text("数据库", "database"), database)}
LOOKS_OF_OPEN = {
    "soundness": (Text("数据库完整性", "soundness"), soundness),
    "plugins": (Text("插件", "plugins"), plugins),
    "schedules": (Text("计划", "schedules"), schedules),
    "jobs": (Text("任务", "jobs"), jobs),
    "calendar": (Text("日历", "calendar"), calendar),
    "backup": (Text("备份", "backup"), backup),
    "damage": (Text("签名报告", "sealed reports"), damage),
    "place": (Text("位置", "place"), place),
    "newer": (Text("新版内容", "newer content"), newer),
    "links": (Text("链路", "links"), links),
    "quarantine": (Text("待更正", "quarantine"), quarantine),
}
