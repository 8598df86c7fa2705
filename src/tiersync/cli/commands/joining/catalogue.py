"""The command `catalogue`: show what is in force, and draft, compare and publish the next one."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tiersync.cli.commands.joining.in_force import catalogue_of
from tiersync.cli.terminal.opening import open_node
from tiersync.cli.terminal.options import PERIOD, as_json, examples, folder
from tiersync.cli.terminal.output import print_json, print_pairs, print_section, print_table
from tiersync.cli.terminal.spoken import spoken
from tiersync.cli.terminal.words import heads, say
from tiersync.host.opening import now

if TYPE_CHECKING:
    from tiersync.flow.new_catalogue import Comparison, Publication
    from tiersync.model.catalogue import Catalogue
    from tiersync.model.form import Form
    from tiersync.model.period import Period
    from tiersync.rules.catalogue.changes import Changed
    from tiersync.store.catalogues import HeldCatalogue

WORDS = {
    "indicator": ("indicator", "指标"), "dimension": ("dimension", "分组"), "form": ("form", "报表"),
    "rule": ("rule", "规则"), "code list": ("code list", "代码表"), "added": ("added", "新增"),
    "changed": ("changed", "修改"), "removed": ("removed", "删除"),
}  # fmt: skip
draft_folder = click.argument("draft", type=click.Path(file_okay=False, path_type=Path), metavar="DRAFT")


@click.group(
    help=say("Show the catalogue in force, and change it at the top.", "查看现行目录；最上级可修改并发布新目录。"),
    epilog=examples("tiersync catalogue show", "tiersync catalogue draft next --dir city"),
)
def catalogue() -> None:
    """The catalogue in force, and the next one."""


@catalogue.command(
    name="show",
    help=say(
        "Its number, since when it is in force, what it holds, its forms with their due dates, and which catalogues "
        "wait. With --json all of it.",
        "目录编号、何时起施行、内容、各报表的时限，以及待施行的目录。--json 输出全部内容。",
    ),
    epilog=examples("tiersync catalogue show", "tiersync catalogue show --json"),
)
@folder
@as_json
def show_catalogue(folder: Path, as_json: bool) -> None:
    found, _ = catalogue_of(folder)
    waiting = [one for one in others(folder) if one.number > found.number]
    if as_json:
        later = [{"number": one.number, "in_force_from": str(one.in_force_from)} for one in waiting]
        print_json(found.model_dump(mode="json") | {"in_force_from": since(found), "waiting": later})
        return
    print_catalogue(found)
    print_section(
        say("Catalogues that wait", "待施行的目录"), heads("catalogue,in force from", "目录,施行起始"),
        [(one.number, one.in_force_from) for one in waiting],
    )  # fmt: skip


def others(folder: Path) -> "list[HeldCatalogue]":
    """Every catalogue that the node holds; none where there is no node."""
    from tiersync.errors import NoNode
    from tiersync.store.catalogues import held_catalogues

    try:
        node = open_node(folder)
    except NoNode:
        return []
    with node.store.read() as db:
        return held_catalogues(db)


def since(found: "Catalogue") -> str | None:
    return str(found.in_force_from) if found.in_force_from else None


def print_catalogue(found: "Catalogue") -> None:
    print_pairs([
        (say("catalogue", "目录"), found.number),
        (say("in force", "施行"), say("from {} on", "自 {} 起").format(since(found)) if since(found) else say(
            "from the beginning", "自始"
        )),
        (say("top", "顶端"), f"{found.tree[found.top].name} ({found.top})"),
        (say("tiers", "层级"), say(", ", "、").join(map(spoken, found.tiers))),
        (say("units", "单位"), len(found.units)),
        (say("indicators", "指标"), len(found.indicators)),
        (say("dimensions", "分组"), len(found.dimensions)),
        (say("code lists", "代码表"), len(found.codes)),
        (say("rules", "规则"), len(found.rules)),
    ])  # fmt: skip
    print_section(
        say("Forms (days after the period's last day)", "报表（统计期末日之后的天数）"),
        heads("form,name,period,indicators,open,due,late until,closed", "报表,名称,周期,指标数,开报,截止,逾期至,关闭"),
        [form_row(form) for form in found.forms],
    )


def form_row(form: "Form") -> tuple[object, ...]:
    return (
        form.code, say(form.en, form.zh), spoken(form.period), len(form.entries), form.due_days.open,
        form.due_days.due, form.due_days.late_until, form.due_days.closed,
    )  # fmt: skip


@catalogue.command(
    name="draft",
    help=say(
        "Write the newest catalogue into the new folder DRAFT, as the TOML and CSV files that people edit. Only at the "
        "top of the network.",
        "把最新目录写入新目录 DRAFT，供修改（TOML 和 CSV 文件）。只能在网络的最上级进行。",
    ),
    epilog=examples("tiersync catalogue draft next --dir city"),
)
@draft_folder
@folder
def write(draft: Path, folder: Path) -> None:
    from tiersync.config.drafts import write_draft
    from tiersync.flow.new_catalogue import check_top

    node = open_node(folder)
    with node.store.read() as db:
        check_top(db, node)
        newest = node.catalogue(db)
    write_draft(draft, newest)
    click.echo(say(
        f"Catalogue {newest.number} is written to {draft}. Edit its files, then: tiersync catalogue diff {draft}",
        f"目录 {newest.number} 已写入 {draft}。修改其中的文件后，运行 tiersync catalogue diff {draft}",
    ))  # fmt: skip


@catalogue.command(
    name="diff",
    help=say(
        "What DRAFT would change against the newest catalogue, and the forms and stored reports it concerns. Exit code "
        "1 when it changes anything.",
        "DRAFT 相对最新目录会改变什么，涉及哪些报表和已存报告。有变化时退出码为 1。",
    ),
    epilog=examples("tiersync catalogue diff next --dir city", "tiersync catalogue diff next --dir city --json"),
)
@draft_folder
@folder
@as_json
def diff(draft: Path, folder: Path, as_json: bool) -> int:
    from tiersync.config.drafts import read_draft
    from tiersync.flow.new_catalogue import compare

    node = open_node(folder)
    with node.store.read() as db:
        found = compare(db, node, read_draft(draft, node.catalogue(db)), node.day_of(now()))
    if as_json:
        print_json(as_object(found))
    else:
        print_comparison(found)
    return int(bool(found.changes))


def as_object(found: "Comparison") -> dict[str, object]:
    return {
        "newest": found.newest, "changes": [one._asdict() for one in found.changes],
        "forms": [form.code for form in found.forms], "stored": [one._asdict() for one in found.stored],
    }  # fmt: skip


def print_comparison(found: "Comparison") -> None:
    if not found.changes:
        click.echo(say(f"The same as catalogue {found.newest}.", f"与目录 {found.newest} 相同。"))
    print_table(heads("what,code,change,in it", "类别,代码,变化,内容"), changed_rows(found.changes))
    print_section(
        say("Forms whose figures would be made otherwise", "口径将改变的报表"), heads("form,name", "报表,名称"),
        [(form.code, say(form.en, form.zh)) for form in found.forms],
    )  # fmt: skip
    print_section(
        say("Reports of open periods that they concern", "涉及的未关闭统计期的已存报告"),
        heads("form,period,reports", "报表,统计期,报告数"), found.stored,
    )  # fmt: skip


def changed_rows(changes: "Iterable[Changed]") -> list[tuple[object, ...]]:
    return [(say(*WORDS[one.sort]), one.code, say(*WORDS[one.how]), ", ".join(one.fields)) for one in changes]


@catalogue.command(
    name="publish",
    help=say(
        "Seal DRAFT as the next catalogue, in force from a period on, and send it to every node below. Reports of "
        "earlier periods stay as they are.",
        "把 DRAFT 签发为新目录，自指定统计期起施行，并下发到各级。以前各期的报告不变。",
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
    help=say("In force from this period on, such as 2014-Q1", "自该统计期起施行，如 2014-Q1"),
)
@click.option("--dry-run", is_flag=True, help=say("Show what would be published; publish nothing", "只显示，不发布"))
@click.option("--yes", is_flag=True, help=say("Do not ask", "不再询问"))
@as_json
def publish(draft: Path, folder: Path, begins: "Period", dry_run: bool, yes: bool, as_json: bool) -> None:
    from tiersync.config.drafts import read_draft
    from tiersync.flow.new_catalogue import plan_publication, publish_catalogue

    node = open_node(folder)
    with node.store.read() as db:
        drafted = read_draft(draft, node.catalogue(db))
        planned = plan_publication(db, node, drafted, begins, node.day_of(now()))
    if not as_json:
        print_comparison(planned.comparison)
    if not dry_run and not yes:
        click.confirm(say(
            f"Publish it as catalogue {planned.catalogue.number}, in force from {begins} on?",
            f"作为目录 {planned.catalogue.number} 发布，自 {begins} 起施行？",
        ), abort=True, err=True)  # fmt: skip
    done = planned if dry_run else publish_catalogue(node, drafted, begins, now())
    tell(done, dry_run, as_json)


def tell(done: "Publication", dry_run: bool, as_json: bool) -> None:
    """What was published, or would be."""
    number, begins = done.catalogue.number, since(done.catalogue)
    if as_json:
        told = {"catalogue": number, "in_force_from": begins, "published": not dry_run, "children": done.children}
        print_json(told | as_object(done.comparison))
    elif dry_run:
        click.echo(say(
            f"It would be catalogue {number}, in force from {begins} on. Nothing was published.",
            f"将成为目录 {number}，自 {begins} 起施行。未发布任何内容。",
        ))  # fmt: skip
    else:
        click.echo(say(
            f"Catalogue {number} is published, in force from {begins} on. It goes to {len(done.children)} nodes with "
            "their next exchange, and from them on downward.",
            f"目录 {number} 已发布，自 {begins} 起施行。将在下次联络时下发到 {len(done.children)} 个节点，并逐级下发。",
        ))  # fmt: skip
