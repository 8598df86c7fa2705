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
from tiersync.cli.terminal.words import heads, say, text
from tiersync.host.opening import now
from tiersync.model.text import Text

if TYPE_CHECKING:
    from tiersync.flow.new_catalogue import Comparison, Publication
    from tiersync.model.catalogue import Catalogue
    from tiersync.model.form import Form
    from tiersync.model.period import Period
    from tiersync.rules.catalogue.changes import Changed
    from tiersync.store.catalogues import HeldCatalogue

WORDS = {
    "indicator": Text("指标", "indicator"), "dimension": Text("分组", "dimension"), "form": Text("报表", "form"),
    "rule": Text("规则", "rule"), "code list": Text("代码表", "code list"), "added": Text("新增", "added"),
    "changed": Text("修改", "changed"), "removed": Text("删除", "removed"),
}  # fmt: skip
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
def show_catalogue(folder: Path, as_json: bool) -> None:
    found, _ = catalogue_of(folder)
    waiting = [one for one in others(folder) if one.number > found.number]
    if as_json:
        later = [{"number": one.number, "in_force_from": str(one.in_force_from)} for one in waiting]
        print_json(found.model_dump(mode="json") | {"in_force_from": since(found), "waiting": later})
        return
    print_catalogue(found)
    print_section(
        say("待施行的目录", "Catalogues that wait"), heads("目录,施行起始", "catalogue,in force from"),
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
        (say("目录", "catalogue"), found.number),
        (say("施行", "in force"), say("自 {} 起", "from {} on").format(since(found)) if since(found) else say(
            "自始", "from the beginning"
        )),
        (say("顶端", "top"), f"{found.tree[found.top].name} ({found.top})"),
        (say("层级", "tiers"), say("、", ", ").join(map(spoken, found.tiers))),
        (say("单位", "units"), len(found.units)),
        (say("指标", "indicators"), len(found.indicators)),
        (say("分组", "dimensions"), len(found.dimensions)),
        (say("代码表", "code lists"), len(found.codes)),
        (say("规则", "rules"), len(found.rules)),
    ])  # fmt: skip
    print_section(
        say("报表（统计期末日之后的天数）", "Forms (days after the period's last day)"),
        heads("报表,名称,周期,指标数,开报,截止,逾期至,关闭", "form,name,period,indicators,open,due,late until,closed"),
        [form_row(form) for form in found.forms],
    )


def form_row(form: "Form") -> tuple[object, ...]:
    return (
        form.code, say(form.zh, form.en), spoken(form.period), len(form.entries), form.due_days.open,
        form.due_days.due, form.due_days.late_until, form.due_days.closed,
    )  # fmt: skip


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
    from tiersync.config.drafts import write_draft
    from tiersync.flow.new_catalogue import check_top

    node = open_node(folder)
    with node.store.read() as db:
        check_top(db, node)
        newest = node.catalogue(db)
    write_draft(draft, newest)
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
        click.echo(say(f"与目录 {found.newest} 相同。", f"The same as catalogue {found.newest}."))
    print_table(heads("类别,代码,变化,内容", "what,code,change,in it"), changed_rows(found.changes))
    print_section(
        say("口径将改变的报表", "Forms whose figures would be made otherwise"), heads("报表,名称", "form,name"),
        [(form.code, say(form.zh, form.en)) for form in found.forms],
    )  # fmt: skip
    print_section(
        say("涉及的未关闭统计期的已存报告", "Reports of open periods that they concern"),
        heads("报表,统计期,报告数", "form,period,reports"), found.stored,
    )  # fmt: skip


def changed_rows(changes: "Iterable[Changed]") -> list[tuple[object, ...]]:
    return [(text(WORDS[one.sort]), one.code, text(WORDS[one.how]), ", ".join(one.fields)) for one in changes]


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
@click.option("--yes", is_flag=True, help=say("不再询问", "Do not ask"))
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
            f"作为目录 {planned.catalogue.number} 发布，自 {begins} 起施行？",
            f"Publish it as catalogue {planned.catalogue.number}, in force from {begins} on?",
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
            f"将成为目录 {number}，自 {begins} 起施行。未发布任何内容。",
            f"It would be catalogue {number}, in force from {begins} on. Nothing was published.",
        ))  # fmt: skip
    else:
        click.echo(say(
            f"目录 {number} 已发布，自 {begins} 起施行。将在下次联络时下发到 {len(done.children)} 个节点，并逐级下发。",
            f"Catalogue {number} is published, in force from {begins} on. It goes to {len(done.children)} nodes with "
            "their next exchange, and from them on downward.",
        ))  # fmt: skip
