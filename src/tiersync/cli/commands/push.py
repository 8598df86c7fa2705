"""The command `push`: read, count, file what changed, and hand it to the unit above."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tiersync.cli.terminal.opening import open_with_plugins, writing
from tiersync.cli.terminal.options import as_json, clock_is_right, examples, folder, period
from tiersync.cli.terminal.output import note, print_json, print_section, print_table
from tiersync.cli.terminal.spoken import spoken
from tiersync.cli.terminal.words import heads, say, text
from tiersync.host.opening import asker, now, settings_of

if TYPE_CHECKING:
    from tiersync.flow.agreement.doubts import Counts
    from tiersync.flow.counting.would_change import Change
    from tiersync.flow.counting.would_count import WouldFile
    from tiersync.flow.figures.arrivals import Lacking
    from tiersync.flow.reading_node import ReadingNode
    from tiersync.flow.up import Pushed
    from tiersync.model.cell import Cell
    from tiersync.model.period import Period
    from tiersync.rules.calendar.clock import Judged


FEW = 5  # units that are named one by one


@click.command(
    help=say(
        "读取全部数据源，统计，将有变化的报告上报给上级。",
        "Read every source, count, file the reports that changed, and send them to the unit above.",
    ),
    epilog=examples("tiersync push", "tiersync push --period 2013-Q4 --dir decheng", "tiersync push --dry-run"),
)
@folder
@period
@click.option("--dry-run", is_flag=True, help=say("只说明将要上报的内容", "Only say what would be filed"))
@clock_is_right
@as_json
def push(folder: Path, period: "Period | None", dry_run: bool, clock_is_right: bool, as_json: bool) -> None:
    from tiersync.flow import up
    from tiersync.flow.agreement.doubts import count_doubts
    from tiersync.flow.clock import judged_now
    from tiersync.flow.figures.arrivals import lacking_of
    from tiersync.flow.reading.ingest import raise_together
    from tiersync.host.alarms import push_around
    from tiersync.views.sources.runs import run_objects

    settings = settings_of(folder)
    node = replace(open_with_plugins(folder), trusts_clock=clock_is_right)
    with writing(folder):
        if dry_run:
            planned = up.plan(node, now(), period)
            _show_plan(planned, as_json)
            note_clock(node, judged_now(node, now()))
            raise_together(planned.refused)
            return
        around = push_around(folder, node, lambda: up.push(node, asker(settings), now(), period))
    done, doubts = around.pushed, count_doubts(node)
    lacking = lacking_of(node, done.concerned)
    if as_json:
        print_json({
            "filed": done.filed, "sent": done.sent._asdict(), "altered": len(done.altered),
            "declared": len(done.declared),
            "concerned": [{"form": form, "period": text} for form, text in done.concerned],
            "runs": run_objects(done.read.runs), "doubtful": doubts, "lacking": [one._asdict() for one in lacking],
        })  # fmt: skip
    else:
        print_pushed(done, doubts)
        print_lacking(lacking)
    if not done.clock.wrong:
        note_clock(node, done.clock.judged)
    raise_together(around.wrong)


def note_clock(node: "ReadingNode", judged: "Judged") -> None:
    """Say what is held against the clock of this machine."""
    from tiersync.views.warnings import clock_warnings

    for warning in clock_warnings(node, judged):
        note(text(warning))


def print_pushed(done: "Pushed", doubts: "Counts") -> None:
    from tiersync.views.sources.doubtful import doubt_remarks
    from tiersync.views.sources.runs import refused_remarks, remarks

    click.echo(say(
        f"本次生成 {done.filed} 份报告；上级已收 {done.sent.stored} 份，下达 {done.sent.received} 份。",
        f"{done.filed} reports filed, {done.sent.stored} envelopes stored above, {done.sent.received} came down.",
    ))  # fmt: skip
    runs = done.read.runs
    for remark in (*refused_remarks(runs), *remarks(runs), *doubt_remarks(doubts)):
        note(text(remark))
    if done.declared:
        note(say(
            f"有 {len(done.declared)} 个申报数与统计数不符或相互矛盾：请看 tiersync finding list。",
            f"{len(done.declared)} declared figures differ from what was counted, or from each other: see tiersync "
            "finding list.",
        ))  # fmt: skip
    if done.sent.refused:
        note(say(
            f"有 {done.sent.refused} 件被上级拒收：请看 tiersync status。",
            f"{done.sent.refused} envelopes were refused above: see tiersync status.",
        ))  # fmt: skip
    if done.altered:
        note(say(
            f"本机有 {len(done.altered)} 份签名报告被改动或损坏，将从上下级取回原件或重新生成："
            "请看 tiersync finding list --all。",
            f"{len(done.altered)} sealed reports were not what they were when they were sealed. They come back from a "
            "neighbour or are filed again: see tiersync finding list --all.",
        ))  # fmt: skip


def print_lacking(lacking: "list[Lacking]") -> None:
    """Say of how many units nothing has come, and name the first of them."""
    for one in lacking:
        named = "、".join(one.units[:FEW]) + ("…" if len(one.units) > FEW else "")
        note(say(
            f"{one.form} {one.period}：应报 {one.expected} 个单位，其中 {len(one.units)} 个没有数据（{named}）。",
            f"{one.form} {one.period}: nothing is known of {len(one.units)} of {one.expected} units ({named}).",
        ))  # fmt: skip


def _show_plan(planned: "WouldFile", as_json: bool) -> None:
    if as_json:
        print_json({
            "would_file": [key._asdict() for key in planned.keys],
            "changes": [_as_object(change) for change in planned.changes],
        })  # fmt: skip
        return
    click.echo(
        say(
            f"将生成 {len(planned.keys)} 份报告；尚未生成，也未上报。",
            f"{len(planned.keys)} reports would be filed; nothing was filed or sent.",
        )
    )
    print_table(
        heads("报表,单位,统计期,部分", "form,unit,period,part"),
        [(key.form, key.unit, key.period, spoken(key.part)) for key in planned.keys],
    )
    print_section(
        say("将变化的本级数", "Figures of own reports that would change"),
        heads("单位,统计期,指标,项,原数,新数", "unit,period,indicator,measure,before,after"),
        [_change_row(change) for change in planned.changes],
    )


def _as_object(change: "Change") -> dict[str, object]:
    before, after = (cell and cell._asdict() for cell in (change.before, change.after))
    return change._asdict() | {"before": before, "after": after}


def _change_row(change: "Change") -> tuple[object, ...]:
    cell = change.cell
    return (
        change.unit, change.period, cell.indicator, spoken(cell.measure), _figure(change.before), _figure(change.after),
    )  # fmt: skip


def _figure(cell: "Cell | None") -> str:
    """A figure with its status, unless it is a plain number."""
    if cell is None:
        return "—"
    number = "—" if cell.value is None else f"{Decimal(cell.value).scaleb(-cell.scale):,}"
    return number if cell.status == "ok" else f"{number} {spoken(cell.status)}"
