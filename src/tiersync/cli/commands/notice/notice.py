"""The command `notice`: policies go down to the units below; each of them says that it has them and has read them."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from tiersync.cli.terminal.opening import open_node
from tiersync.cli.terminal.options import as_json, clock_is_right, examples, folder
from tiersync.cli.terminal.output import print_json
from tiersync.cli.terminal.shown import AsFile, as_file, show_details, show_one
from tiersync.cli.terminal.shown import show as show_tables
from tiersync.cli.terminal.words import say, text
from tiersync.host.opening import now, settings_of
from tiersync.model.hidden import escaped
from tiersync.views.words import GENRES

if TYPE_CHECKING:
    from tiersync.cli.commands.notice.drafting import ReadyNotice
    from tiersync.views.notices import Paper

DAY = click.DateTime(formats=["%Y-%m-%d"])
A_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(
    help=say("发布、列出、查看和签阅通知。", "Publish, list, show and read notices."),
    epilog=examples("tiersync notice list", "tiersync notice publish policy.md --to district,street"),
)
def notice() -> None:
    """Notices at this node."""


@notice.command(
    help=say(
        "下发政策：FILE 为正文（Markdown，UTF-8），首个标题行为文件标题。送达 --to 所指的全部下级单位。",
        "Send a policy down: FILE is its text (Markdown, UTF-8), whose first heading is the title. "
        "It reaches every unit of --to below this one.",
    ),
    epilog=examples(
        "tiersync notice publish policy.md --to street,community --number 德老龄办〔2014〕1号",
        "tiersync notice publish policy.md --to 371402000000,371403000000 --attach form.xlsx --due 2014-01-31",
        "tiersync notice publish rules.md --to street --genre scheme_rule --effective-from 2014-01-01",
        "tiersync notice publish policy.md --to community --dry-run",
    ),
)
@click.argument("file", type=A_FILE)
@folder
@click.option(
    "--to", multiple=True, required=True,
    help=say("层级（city、district、street、community）或单位", "Tiers (city, district, street, community) or units"),
)  # fmt: skip
@click.option("--title", default="", help=say("代替首个标题行", "Instead of the first heading"))
@click.option("--number", default="", help=say("发文字号", "The paper's number"))
@click.option("--attach", multiple=True, type=A_FILE, help=say("附件", "A file that goes with it"))
@click.option(
    "--urgency", type=click.Choice(["normal", "urgent", "very_urgent"]), default="normal", show_default=True,
    help=say("紧急程度：normal 普通，urgent 加急，very_urgent 特急", "How urgent it is"),
)  # fmt: skip
@click.option(
    "--security", default="public", show_default=True, help=say("public 公开，internal 内部", "public or internal")
)
@click.option(
    "--genre",
    type=click.Choice(list(GENRES)),
    default="circular",
    show_default=True,
    help=say(
        "文种（G01、B07 按此统计）：" + "，".join(f"{code} {name.zh}" for code, name in GENRES.items()),
        "What kind of paper it is, as G01 and B07 count it; scheme_rule is the rule of an allowance or benefit",
    ),
)
@click.option(
    "--issued-on",
    type=DAY,
    metavar="YYYY-MM-DD",
    help=say("发文日期（早于今天时填写）", "The day on the paper, where it was issued before today"),
)
@click.option("--effective-from", type=DAY, metavar="YYYY-MM-DD", help=say("施行日期", "The day from which it holds"))
@click.option(
    "--effective-to", type=DAY, metavar="YYYY-MM-DD", help=say("失效前的最后一天", "The last day on which it holds")
)
@click.option("--due", type=DAY, metavar="YYYY-MM-DD", help=say("签阅期限", "The day until which it should be read"))
@click.option(
    "--dry-run", is_flag=True, help=say("只检查并说明将送达哪些单位", "Only check it and say whom it would reach")
)
@clock_is_right
@as_json
def publish(folder: Path, dry_run: bool, clock_is_right: bool, as_json: bool, **given: Any) -> None:
    from tiersync.cli.commands.notice.drafting import NoticeDraft, prepare
    from tiersync.flow.notices import notice as flow

    node, settings = replace(open_node(folder), trusts_clock=clock_is_right), settings_of(folder)
    draft = NoticeDraft(**given)
    ready = prepare(node, settings, draft, node.day_of(now()))
    if dry_run:
        flow.check_publishable(ready.notice, draft.attach)
    else:
        flow.publish(node, ready.notice, draft.attach, now())
    if as_json:
        print_json({
            "notice": None if dry_run else ready.notice.notice_id, "title": ready.notice.title,
            "audience": ready.audience,
        })  # fmt: skip
        return
    click.echo(said_of(ready, dry_run))


def said_of(ready: "ReadyNotice", dry_run: bool) -> str:
    title, count, short = ready.notice.title, len(ready.audience), ready.notice.notice_id
    if dry_run:
        return say(
            f"《{title}》将下发至 {count} 个单位；未发布任何内容。",
            f"“{title}” would go to {count} units; nothing was published.",
        )
    return say(
        f"《{title}》已下发，共 {count} 个单位。查看送达情况：tiersync notice board {short}",
        f"“{title}” is on its way to {count} units. See who has it: tiersync notice board {short}",
    )


@notice.command(
    name="list",
    help=say("本节点的全部通知，新的在前。", "Every notice held here, newest first."),
    epilog=examples("tiersync notice list"),
)
@folder
@as_json
@as_file
def list_notices(folder: Path, as_json: bool, wanted: AsFile) -> None:
    from tiersync.views.notices import notice_lines, notices_table

    node = open_node(folder)
    lines = notice_lines(node)
    if as_json:
        print_json([line._asdict() for line in lines])
        return
    if not lines and not wanted.kind:
        click.echo(say("还没有通知。", "No notice has arrived here yet."))
    show_one(notices_table(lines), node, wanted)


@notice.command(
    help=say("查看编号以 ID 开头的通知。", "The notice whose id begins with ID."),
    epilog=examples("tiersync notice show 01a20c97-c9ea"),
)
@click.argument("id_", metavar="ID")
@folder
@as_json
def show(id_: str, folder: Path, as_json: bool) -> None:
    from tiersync.views.notices import paper

    node = open_node(folder)
    found = paper(node, id_)
    if as_json:
        print_json(found.notice.model_dump(mode="json"))
    else:
        print_paper(found, node.time_zone)


@notice.command(
    help=say(
        "查看通知并签阅（含下属未建节点的单位）；回执随下一次交换上报。",
        "Show a notice and say that this office has read it, for itself and for the units below it without a node of "
        "their own; the receipt goes up with the next exchange.",
    ),
    epilog=examples("tiersync notice read 01a20c97-c9ea"),
)
@click.argument("id_", metavar="ID")
@folder
@as_json
def read(id_: str, folder: Path, as_json: bool) -> None:
    from tiersync.flow.notices.notice import mark_read
    from tiersync.views.notices import paper_of

    node = open_node(folder)
    found, _ = mark_read(node, id_, now())
    if as_json:
        print_json(found.model_dump(mode="json"))
        return
    print_paper(paper_of(node, found), node.time_zone)
    if found.issued_by == node.home:
        click.echo(say("\n已签阅。", "\nRead."))
    else:
        click.echo(say("\n已签阅，回执随下一次交换上报。", "\nRead. The receipt goes up with the next exchange."))


def print_paper(found: "Paper", time_zone: str) -> None:
    """A notice as a paper: its head, its text, its attachments with where they lie."""
    show_details(found.details(), ZoneInfo(time_zone))
    click.echo(escaped(f"\n{found.notice.text.rstrip()}"))
    show_tables(found.attachments())


@notice.command(
    help=say(
        "通知在各单位的送达和签阅情况，以及尚未送达的单位。",
        "Where a notice stands at every unit of its audience, and who has not been reached.",
    ),
    epilog=examples("tiersync notice board 01a20c97-c9ea", "tiersync notice board 01a20c97-c9ea --all"),
)
@click.argument("id_", metavar="ID")
@folder
@click.option("--all", "every", is_flag=True, help=say("列出全部单位", "Every unit, not only those that lack it"))
@as_json
@as_file
def board(id_: str, folder: Path, every: bool, as_json: bool, wanted: AsFile) -> None:
    from tiersync.views import notices as view

    node = open_node(folder)
    found = view.board(node, id_)
    if as_json:
        print_json(found.as_object())
        return
    if not wanted.kind:
        click.echo(text(found.summary()))
    show_one(found.table(every), node, wanted)
