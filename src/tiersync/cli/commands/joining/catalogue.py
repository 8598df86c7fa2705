"""The command `catalogue`: show what is in force, and draft, compare and publish the next one."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tiersync.cli.commands.joining.in_force import catalogue_of
from tiersync.cli.commands.joining.options import due_is_meant
from tiersync.cli.terminal.opening import open_node
from tiersync.cli.terminal.options import PERIOD, as_json, examples, folder
from tiersync.cli.terminal.output import print_json
from tiersync.cli.terminal.shown import AsFile, as_file, show_details, show_or_write, show_untitled
from tiersync.cli.terminal.shown import show as show_tables
from tiersync.cli.terminal.words import say
from tiersync.host.opening import now
from tiersync.views.table import details_table

if TYPE_CHECKING:
    from tiersync.flow.new_catalogue import Comparison, Publication
    from tiersync.model.catalogue import Catalogue
    from tiersync.model.period import Period
    from tiersync.views.catalogues import LaterCatalogue

draft_folder = click.argument("draft", type=click.Path(file_okay=False, path_type=Path), metavar="DRAFT")


@click.group(
    help=say("查看现行目录；最上级可修改并发布新目录。", "Show the catalogue in force, and change it at the top."),
    epilog=examples("tiersync catalogue show", "tiersync catalogue draft next --dir city"),
)
def catalogue() -> None:
    """The catalogue in force, and the next one."""


@catalogue.command(
    name="show",
    help=say(
        "目录编号、何时起施行、内容、各报表的时限，以及待施行的目录。--json 输出全部内容。",
        "Its number, since when it is in force, what it holds, its forms with their due dates, and which catalogues "
        "wait. With --json all of it.",
    ),
    epilog=examples("tiersync catalogue show", "tiersync catalogue show --json"),
)
@folder
@as_json
@as_file
def show_catalogue(folder: Path, as_json: bool, wanted: AsFile) -> None:
    from tiersync.views.catalogues import catalogue_details, forms_table, later_table

    found, _ = catalogue_of(folder)
    waiting = others(folder, found)
    if as_json:
        later = [one._asdict() for one in waiting]
        print_json(found.model_dump(mode="json") | {"in_force_from": since(found), "waiting": later})
        return
    if wanted.kind:
        show_or_write([details_table(catalogue_details(found)), forms_table(found), later_table(waiting)], wanted)
        return
    show_details(catalogue_details(found))
    show_tables(forms_table(found), later_table(waiting))


def others(folder: Path, found: "Catalogue") -> "list[LaterCatalogue]":
    """The catalogues that wait at the node; none where there is no node."""
    from tiersync.errors import NoNode
    from tiersync.views.catalogues import later_catalogues

    try:
        return later_catalogues(open_node(folder), found)
    except NoNode:
        return []


def since(found: "Catalogue") -> str | None:
    return str(found.in_force_from) if found.in_force_from else None


@catalogue.command(
    name="draft",
    help=say(
        "把最新目录写入新目录 DRAFT，供修改（TOML 和 CSV 文件）。只能在网络的最上级进行。",
        "Write the newest catalogue into the new folder DRAFT, as the TOML and CSV files that people edit. Only at the "
        "top of the network.",
    ),
    epilog=examples("tiersync catalogue draft next --dir city"),
)
@draft_folder
@folder
def write(draft: Path, folder: Path) -> None:
    from tiersync.config.calendar import read_calendar
    from tiersync.config.drafts import write_draft
    from tiersync.config.packaged import schemas_dir
    from tiersync.flow.new_catalogue import catalogue_to_draft

    newest = catalogue_to_draft(open_node(folder))
    write_draft(draft, newest, read_calendar(schemas_dir() / "calendar"))
    click.echo(say(
        f"目录 {newest.number} 已写入 {draft}。修改其中的文件后，运行 tiersync catalogue diff {draft}",
        f"Catalogue {newest.number} is written to {draft}. Edit its files, then: tiersync catalogue diff {draft}",
    ))  # fmt: skip


@catalogue.command(
    name="diff",
    help=say(
        "DRAFT 相对最新目录会改变什么，涉及哪些报表和已存报告。有变化时退出码为 1。",
        "What DRAFT would change against the newest catalogue, and the forms and stored reports it concerns. Exit code "
        "1 when it changes anything.",
    ),
    epilog=examples("tiersync catalogue diff next --dir city", "tiersync catalogue diff next --dir city --json"),
)
@draft_folder
@folder
@as_json
def diff(draft: Path, folder: Path, as_json: bool) -> int:
    from tiersync.config.drafts import read_draft
    from tiersync.flow.new_catalogue import compare_draft
    from tiersync.views.catalogues import comparison_object

    node = open_node(folder)
    found = compare_draft(node, partial(read_draft, draft), node.day_of(now()))
    if as_json:
        print_json(comparison_object(found))
    else:
        print_comparison(found)
    return int(bool(found.changes))


def print_comparison(found: "Comparison") -> None:
    from tiersync.views.catalogues import changes_table, concerned_tables

    if not found.changes:
        click.echo(say(f"与目录 {found.newest} 相同。", f"The same as catalogue {found.newest}."))
    show_untitled(changes_table(found))
    show_tables(*concerned_tables(found))


@catalogue.command(
    name="publish",
    help=say(
        "把 DRAFT 签发为新目录，自指定统计期起施行，并下发到各级。以前各期的报告不变。",
        "Seal DRAFT as the next catalogue, in force from a period on, and send it to every node below. Reports of "
        "earlier periods stay as they are.",
    ),
    epilog=examples(
        "tiersync catalogue publish next --from 2014-Q1 --dir city --dry-run",
        "tiersync catalogue publish next --from 2014-Q1 --dir city --yes",
    ),
)
@draft_folder
@folder
@click.option(
    "--from",
    "begins",
    type=PERIOD,
    required=True,
    help=say("自该统计期起施行，如 2014-Q1", "In force from this period on, such as 2014-Q1"),
)
@click.option("--dry-run", is_flag=True, help=say("只显示，不发布", "Show what would be published; publish nothing"))
@due_is_meant
@click.option("--yes", is_flag=True, help=say("不再询问", "Do not ask"))
@as_json
def publish(
    draft: Path, folder: Path, begins: "Period", dry_run: bool, due_is_meant: bool, yes: bool, as_json: bool
) -> None:
    from tiersync.config.drafts import read_draft
    from tiersync.flow.new_catalogue import plan_draft, publish_catalogue
    from tiersync.rules.calendar.windows import check_dues

    node = open_node(folder)
    drafted, planned = plan_draft(node, partial(read_draft, draft), begins, node.day_of(now()))
    if not as_json:
        print_comparison(planned.comparison)
    if not dry_run:
        check_dues(planned.comparison.late_dues, due_is_meant)
    if not dry_run and not yes:
        click.confirm(say(
            f"作为目录 {planned.catalogue.number} 发布，自 {begins} 起施行？",
            f"Publish it as catalogue {planned.catalogue.number}, in force from {begins} on?",
        ), abort=True, err=True)  # fmt: skip
    done = planned if dry_run else publish_catalogue(node, drafted, begins, now())
    show_published(done, dry_run, as_json)


def show_published(done: "Publication", dry_run: bool, as_json: bool) -> None:
    """What was published, or would be."""
    from tiersync.views.catalogues import comparison_object

    number, begins = done.catalogue.number, since(done.catalogue)
    if as_json:
        told = {"catalogue": number, "in_force_from": begins, "published": not dry_run, "children": done.children}
        print_json(told | comparison_object(done.comparison))
    elif dry_run:
        click.echo(say(
            f"将成为目录 {number}，自 {begins} 起施行。未发布任何内容。",
            f"It would be catalogue {number}, in force from {begins} on. Nothing was published.",
        ))  # fmt: skip
    else:
        click.echo(say(
            f"目录 {number} 已发布，自 {begins} 起施行。将在下次联络时下发到 {len(done.children)} 个节点，并逐级下发。",
            f"Catalogue {number} is published, in force from {begins} on. It goes to {len(done.children)} nodes with "
            "their next exchange, and from them on downward.",
        ))  # fmt: skip
