"""The catalogue in force at a node, the newest one, the one that a period pins, and those that wait."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from tiersync.flow.new_catalogue import Comparison
from tiersync.flow.node import Node
from tiersync.model.catalogue import Catalogue
from tiersync.model.form import DueDays, Form
from tiersync.model.period import Period
from tiersync.model.text import EMPTY, Text, join
from tiersync.rules.calendar.windows import LateDue
from tiersync.store.catalogues import held_catalogues
from tiersync.views.table import Detail, Shown, Table, table
from tiersync.views.words import word

WORDS = {
    "indicator": Text("指标", "indicator"), "dimension": Text("分组", "dimension"), "form": Text("报表", "form"),
    "rule": Text("规则", "rule"), "code list": Text("代码表", "code list"), "unit": Text("单位", "unit"),
    "calendar": Text("日历", "calendar"),
    "added": Text("新增", "added"),
    "changed": Text("修改", "changed"), "removed": Text("删除", "removed"),
}  # fmt: skip


def newest_catalogue(node: Node) -> Catalogue:
    """The newest catalogue, whether it is in force yet or not."""
    with node.store.read() as db:
        return node.catalogue(db)


def catalogue_in_force(node: Node, day: date) -> Catalogue:
    """The catalogue in force on a day."""
    with node.store.read() as db:
        return node.catalogue_on(db, day)


def pinned_catalogue(node: Node, period: Period) -> Catalogue:
    """The catalogue that a period pins."""
    with node.store.read() as db:
        return node.catalogue_for(db, period)


class LaterCatalogue(NamedTuple):
    """A catalogue that waits, and since when it will be in force."""

    number: int
    in_force_from: str


def later_catalogues(node: Node, than: Catalogue) -> list[LaterCatalogue]:
    """The catalogues held here that come into force after `than`."""
    with node.store.read() as db:
        held = held_catalogues(db)
    return [LaterCatalogue(one.number, str(one.in_force_from)) for one in held if one.number > than.number]


def later_table(later: Iterable[LaterCatalogue]) -> Table:
    return table(
        Text("待施行的目录", "Catalogues that wait"), Text("目录,施行起始", "catalogue,in force from"),
        ((one.number, one.in_force_from) for one in later),
    )  # fmt: skip


def catalogue_details(found: Catalogue) -> Iterator[Detail]:
    """Its number, since when it is in force, and how much of each kind it holds."""
    since = found.in_force_from
    yield Detail(Text("目录", "catalogue"), found.number)
    yield Detail(Text("施行", "in force"), Text(f"自 {since} 起", f"from {since} on") if since else Text(
        "自始", "from the beginning"
    ))  # fmt: skip
    yield Detail(Text("顶端", "top"), f"{found.tree[found.top].name} ({found.top})")
    yield Detail(Text("层级", "tiers"), join(map(word, found.tiers)))
    yield Detail(Text("单位", "units"), len(found.units))
    yield Detail(Text("指标", "indicators"), len(found.indicators))
    yield Detail(Text("分组", "dimensions"), len(found.dimensions))
    yield Detail(Text("代码表", "code lists"), len(found.codes))
    yield Detail(Text("规则", "rules"), len(found.rules))


def forms_table(found: Catalogue) -> Table:
    return table(
        Text("报表（统计期末日之后的天数）", "Forms (days after the period's last day)"),
        Text("报表,名称,周期,指标数,开报,截止,逾期至,关闭", "form,name,period,indicators,open,due,late until,closed"),
        map(_form_row, found.forms),
    )


def _form_row(form: Form) -> tuple[Shown, ...]:
    days = form.due_days
    return (
        form.code, Text(form.zh, form.en), word(form.period), len(form.entries), days.open, said_due(days),
        days.late_until, days.closed,
    )  # fmt: skip


MOVES = {
    "never": EMPTY,
    "days_off": Text("，逢休息日顺延", ", put off from days off"),
    "holidays": Text("，逢法定节假日顺延", ", put off from holidays"),
}


def said_due(days: DueDays) -> Text:
    """When a form is due, after its period's last day, in words."""
    at, moves = (f" {days.at}" if days.at else ""), MOVES[days.moves]
    if days.working:
        return Text(f"第 {days.due} 个工作日{at}", f"working day {days.due}{at}")
    return Text(f"{days.due}{at}{moves.zh}", f"{days.due}{at}{moves.en}")


def said_late_due(late: LateDue) -> Text:
    """A due date that may have been meant for another year."""
    next_opens = (
        Text("，且在下一期开报之后", ", after the next period has opened") if late.is_after_next_opens else EMPTY
    )
    return Text(
        f"报表 {late.form} 的截止日在统计期结束 {late.days} 天之后{next_opens.zh}",
        f"form {late.form} is due {late.days} days after its period's end{next_opens.en}",
    )


def comparison_object(found: Comparison) -> dict[str, object]:
    """What a draft would change, for programs."""
    return {
        "newest": found.newest, "changes": [one._asdict() for one in found.changes],
        "forms": [form.code for form in found.forms], "stored": [one._asdict() for one in found.stored],
        "late_dues": [one._asdict() for one in found.late_dues],
        "turn": {"day": str(found.turn.day), "unit": found.turn.unit} if found.turn else None,
    }  # fmt: skip


def changes_table(found: Comparison) -> Table:
    return table(
        Text("变化", "Changes"), Text("类别,代码,变化,内容", "what,code,change,in it"),
        ((WORDS[one.sort], one.code, WORDS[one.how], ", ".join(one.fields)) for one in found.changes),
    )  # fmt: skip


def concerned_tables(found: Comparison) -> list[Table]:
    """The forms and reports that a draft concerns."""
    return [
        table(
            Text("口径将改变的报表", "Forms whose figures would be made otherwise"), Text("报表,名称", "form,name"),
            ((form.code, Text(form.zh, form.en)) for form in found.forms),
        ),
        table(
            Text("涉及的未关闭统计期的已存报告", "Reports of open periods that they concern"),
            Text("报表,统计期,报告数", "form,period,reports"), found.stored,
        ),
        table(
            Text("单位树自该日起变动", "The tree is another from this day on"), Text("日期,单位", "day,first unit"),
            [(str(found.turn.day), found.turn.unit)] if found.turn else [],
        ),
        table(
            Text("截止日异常迟的报表", "Forms that are due unusually late"), Text("报表,截止日", "form,due"),
            ((late.form, said_late_due(late)) for late in found.late_dues),
        ),
    ]  # fmt: skip
