"""Commands that make a plugin out of a sample: new, infer."""

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tiersync.cli.commands.plugin.asking import of_measure, open_questions, settle
from tiersync.cli.commands.plugin.questions import LABEL_NAMES, asked, codes_in_words
from tiersync.cli.commands.plugin.seen import Seen, look, source_of
from tiersync.cli.commands.plugin.sheets import asked_sheets, settle_sheets, sheet_option, with_status
from tiersync.cli.commands.plugin.whole_columns import what_is_left_open
from tiersync.cli.terminal.options import as_json, examples, folder
from tiersync.cli.terminal.output import print_json, print_table
from tiersync.cli.terminal.spoken import field_label
from tiersync.cli.terminal.words import heads, say, text
from tiersync.errors import PluginExists
from tiersync.model.hidden import escaped
from tiersync.model.text import Text, plain

if TYPE_CHECKING:
    from datetime import datetime

    from tiersync.plugins.drafting.inference.infer import Proposal, Question

LARGEST_COPY = 512 * 2**20  # bytes of a sample that is copied into the inbox

sample_option = click.option(
    "--from", "file", required=True,
    help=say("收到的样本文件（CSV、Excel）；或数据库、网络接口的地址，或保存地址的密钥 secret:名称",
             "A file as it was sent (CSV, Excel); or the address of a database or a web service, or secret:NAME of it"),
)  # fmt: skip
source_option = click.option(
    "--source", "sources", multiple=True, metavar="NAME=VALUE",
    help=say("数据库或网络接口的设置，如 table=people、items=data.list、token=secret:名称",
             "A setting of a database or a web service, such as table=people, items=data.list, token=secret:NAME"),
)  # fmt: skip
record_option = click.option(
    "--record", help=say("senior、association、activity、benefit、service、facility、figure；默认自动识别",
                         "senior, association, activity, benefit, service, facility, figure; default: found out"),
)  # fmt: skip
unit_option = click.option(
    "--unit", help=say("数据所属单位；默认为本节点", "Whose rows these are; default: this node's")
)
answers = click.option(
    "--map", "maps", multiple=True, metavar="FIELD=HEADER",
    help=say("指定字段对应的表头；留空表示不取", "This field is the column under this header; an empty header: none"),
)  # fmt: skip
constants = click.option(
    "--set", "sets", multiple=True, metavar="FIELD=VALUE",
    help=say("该字段每行都相同", "This field is the same in every row"),
)  # fmt: skip

meanings = click.option(
    "--value", "values", multiple=True, metavar="FIELD:WORD=CODE",
    help=say("该字段列中某个文字的含义，如 legal_form:否=3", "What a word of the field means: legal_form:否=3"),
)  # fmt: skip

measures = click.option(
    "--measure", "measures", multiple=True, metavar="FIELD=万元",
    help=say("表头未写单位的金额列以什么为单位：元 或 万元",
             "What the amounts of a column are counted in, where its header does not say: 元 or 万元"),
)  # fmt: skip


@click.command(
    help=say(
        "由样本建立插件：找出表头，说明各列对应的字段及依据，写出插件目录和虚构的测试样例，并把样本放入 inbox。",
        "Make a plugin out of a sample: finds the header row, says which column is which field and why, writes the "
        "plugin folder with made-up fixtures, and puts the sample into its inbox.",
    ),
    epilog=examples(
        "tiersync plugin new decheng --from 老年人信息2013.xlsx --record senior --unit 371402000000",
        "tiersync plugin new decheng --from roll.csv --record benefit --set kind=entitlement --set scheme=allow_90",
        "tiersync plugin new civil --from secret:civil.dsn --source table=lnr_da --record senior",
        "tiersync plugin new insurer --from https://insurer.example/api --source items=data --source paging=page",
    ),
)
@click.argument("id_", metavar="ID")
@folder
@sample_option
@source_option
@record_option
@unit_option
@answers
@constants
@meanings
@measures
@sheet_option
@click.option("--covers", type=click.Choice(["named", "all"]), help=say(
    "数据说明的范围：named 为所列单位，all 为本单位以下全部单位",
    "The rows tell of the units they name, or of all below this one",
))  # fmt: skip
@click.option("--span", type=click.Choice(["month"]), help=say(
    "活动、发放等明细：有数据的月份即为完整月份，不看文件名",
    "Events: each month with a row is told whole, whatever the file's name says",
))  # fmt: skip
@click.option("--since", type=click.DateTime(["%Y-%m-%d", "%Y-%m", "%Y"]), metavar="DATE", help=say(
    "活动、发放等明细：自该日起全部列入，如 2013-01-01", "Events: all is told since this day, such as 2013-01-01"
))  # fmt: skip
@click.option("--name", default="", help=say("插件名称", "What the plugin is called"))
@click.option("--no-copy", is_flag=True, help=say("不把样本放入 inbox", "Do not put the sample into the inbox"))
@as_json
def new(
    id_: str, folder: Path, file: str, sources: tuple[str, ...], record: str | None, unit: str | None,
    maps: tuple[str, ...], sets: tuple[str, ...], values: tuple[str, ...], measures: tuple[str, ...],
    sheets: tuple[str, ...], covers: str | None, span: str | None, since: "datetime | None", name: str, no_copy: bool,
    as_json: bool,
) -> None:  # fmt: skip
    from tiersync.plugins.drafting.draft import PluginDraft, spell_lock, spell_plugin
    from tiersync.plugins.drafting.filled_rows import refuse_unfilled
    from tiersync.plugins.drafting.fixtures import write_fixtures
    from tiersync.plugins.folder.manifest import MANIFEST, load_plugin

    place = folder / "plugins" / checked_id(id_)
    if place.exists():
        raise PluginExists(place=place)
    source = source_of(file, sources)
    begins = f"{since:%Y-%m-%d}" if since else None
    reach = {name: value for name, value in (("covers", covers), ("span", span), ("from", begins)) if value}
    seen = look(folder, file, record, unit, source)
    taken, fixed, confirmed = settle(seen, maps, sets, values, measures)
    counted = settle_sheets(seen, taken, sheets)
    taken = with_status(seen, taken, counted)
    refuse_unfilled(seen.record, taken, fixed, seen.found, seen.sample.path.name)
    draft = PluginDraft(
        id_, name or f"{seen.tree[seen.unit].name} {field_label_of(seen.record)}", seen.unit, seen.record,
        seen.sample.kind, seen.found, taken, fixed, confirmed, {**source, **counted.settings, **reach},
    )  # fmt: skip
    partial = place.with_name(f".{id_}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    (partial / "inbox").mkdir(parents=True)
    (partial / MANIFEST).write_text(spell_plugin(draft), encoding="utf-8")
    (partial / "mapping.lock").write_text(spell_lock(draft), encoding="utf-8")
    write_fixtures(partial, draft, seen.places)
    sent = Path(file)
    if not source and not no_copy and sent.stat().st_size <= LARGEST_COPY:
        shutil.copyfile(sent, partial / "inbox" / sent.name)
    load_plugin(partial)
    partial.replace(place)
    if as_json:
        print_json({"id": id_, "folder": str(place)} | as_object(seen, taken, fixed, ()))
        return
    show_columns(seen, taken, fixed)
    click.echo(say(
        f"已在 {place} 建立 {id_}。下一步：tiersync plugin test {id_}，再 tiersync plugin enable {id_}",
        f"{id_} is made in {place}. Next: tiersync plugin test {id_}, then tiersync plugin enable {id_}",
    ))  # fmt: skip


@click.command(
    help=say(
        "说明样本各列对应的字段及依据，不写任何文件。有待确认时退出码为 1。",
        "Say which column of a sample is which field and why; writes nothing. Exit code 1 when a person must decide.",
    ),
    epilog=examples("tiersync plugin infer --from 老年人信息2013.xlsx --record senior"),
)
@folder
@sample_option
@source_option
@record_option
@unit_option
@as_json
def infer(
    folder: Path, file: str, sources: tuple[str, ...], record: str | None, unit: str | None, as_json: bool
) -> int:
    from tiersync.plugins.drafting.sheets_seen import asked_about

    seen = look(folder, file, record, unit, source_of(file, sources))
    fixed = seen.constant_unit
    questions = [*open_questions(seen.inferred, fixed), *of_measure(seen, seen.inferred.taken)]
    unasked = asked_about(seen.sheets, seen.inferred.taken, seen.units)
    if as_json:
        print_json(as_object(seen, seen.inferred.taken, fixed, questions))
    else:
        show_columns(seen, seen.inferred.taken, fixed)
        for question in questions:
            click.secho(escaped(asked(seen, question)), fg="yellow")
        if unasked:
            click.secho(asked_sheets(seen, unasked), fg="yellow")
    return int(bool(questions or unasked))


def checked_id(id_: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_-]{0,63}", id_):
        raise click.BadParameter(
            say("只能用小写字母、数字、- 和 _，以字母开头", "small letters, digits, - and _, beginning with a letter")
        )
    return id_


def field_label_of(record: str) -> str:
    named = {
        "senior": "老年人", "benefit": "待遇", "association": "老年协会", "activity": "活动", "service": "服务",
        "facility": "设施", "figure": "申报数据",
    }  # fmt: skip
    return say(named.get(record, record), record)


def masked(text: str) -> str:
    """A sample of which nobody can be told: the ends stay, what stands between does not."""
    if len(text) < 2:
        return "*"
    return text[0] + "*" * min(len(text) - 1, 6) if len(text) < 6 else f"{text[:2]}{'*' * 4}{text[-1]}"


def show_columns(seen: Seen, taken: "tuple[Proposal, ...]", fixed: dict[str, str]) -> None:
    from tiersync.plugins.drafting.draft import evidence_in
    from tiersync.plugins.kinds.files import shown_name

    if len(seen.sheets) > 1:
        each = "、".join(f"{sheet.name}（{sheet.rows}）" for sheet in seen.sheets)
        click.echo(escaped(say(f"含这些栏目的工作表（行数）：{each}", f"Sheets with these columns: {each}")))
    if seen.sample.hidden:
        hidden = "、".join(seen.sample.hidden)
        click.secho(escaped(say(f"隐藏的工作表不读取：{hidden}", f"Hidden sheets are not read: {hidden}")), fg="yellow")
    if seen.sample.comments:
        said = "、".join(seen.sample.comments)
        click.secho(escaped(say(
            f"单元格批注中写有（次数）：{said}。批注不读取，请改写到表格的列中",
            f"Comments on cells say (so often): {said}. Comments are not read: write it into a column",
        )), fg="yellow")  # fmt: skip
    where, (first, last, *_) = seen.found.table.sheet or shown_name(seen.sample.path.name), seen.found.rows
    rows = Text(f"第 {first + 1} 行", f"row {first + 1}")
    if last > first:
        rows = Text(f"第 {first + 1} 至 {last + 1} 行", f"rows {first + 1} to {last + 1}")
    click.echo(say(
        f"{seen.record}：表头在 {where} 的{rows.zh}", f"{seen.record}: the headers stand in {rows.en} of {where}"
    ))  # fmt: skip
    print_table(
        heads("字段,表头,依据,样例（已遮盖）", "field,header,evidence,samples"),
        [
            (f"{field_label(seen.record, p.field)} ({p.field})", shown_header(p), text(evidence_in(p)),
             " ".join(p.samples if p.header in LABEL_NAMES else map(masked, p.samples)))
            for p in taken
        ]
        + [(f"{field_label(seen.record, name)} ({name})", "—", f"= {value}", "") for name, value in fixed.items()],
    )  # fmt: skip
    for proposal in taken:
        if proposal.strange:
            words = "、".join(proposal.strange[:8])
            click.secho(say(
                f"{field_label(seen.record, proposal.field)}：{words} 没有对应代码，在 plugin.toml 补充前会被拒",
                f"{proposal.field}: no code is known for {words}; such rows are refused until plugin.toml says one",
            ), fg="yellow")  # fmt: skip
    show_states(seen, taken)
    for remark in what_is_left_open(taken, seen.lexicon.indicators):
        click.secho(remark, fg="yellow")
    left = [header for header in seen.inferred.left if header not in {header for p in taken for header in p.headers}]
    if left:
        click.echo(say("未使用的列：", "Nobody's: ") + escaped("、".join(header.replace("\n", "⏎") for header in left)))


def show_states(seen: Seen, taken: "tuple[Proposal, ...]") -> None:
    """How many rows of the sample are in which state by these columns: somebody sees when it is upside down."""
    from tiersync.model.spoken import DEPARTED
    from tiersync.plugins.drafting.inference.infer_remarks import states_of

    if states := states_of(seen.record, taken, seen.found.columns):
        words = codes_in_words(seen, DEPARTED[seen.record][0])
        each = "、".join(
            f"{words.get(code, code) or say('不详', 'unknown')} {rows}" for code, rows in states.most_common()
        )
        click.echo(escaped(say(f"按此读取，样本各行的状态为：{each}", f"Read so, the sample's rows are: {each}")))


def shown_header(proposal: "Proposal") -> str:
    headers = "、".join(proposal.headers)
    return text(LABEL_NAMES.get(headers) or plain(headers)).replace("\n", "⏎")


def as_object(
    seen: Seen, taken: "tuple[Proposal, ...]", fixed: dict[str, str], questions: "list[Question] | tuple[()]"
) -> dict[str, object]:
    return {
        "record": seen.record,
        "sheet": seen.found.table.sheet,
        "header_row": seen.found.header_row + 1,
        "fields": {
            p.field: {"header": p.header, "fits": round(p.fits, 3), "named": p.strength.name.lower(),
                      "samples": [*map(masked, p.samples)], "unknown_words": [*p.strange]}
            for p in taken
        },
        "constants": fixed,
        "questions": [{"field": q.field, "why": q.why, "choices": [p.header for p in q.choices]} for q in questions],
        "left": [*seen.inferred.left],
        "sheets": [{"sheet": sheet.name, "rows": sheet.rows} for sheet in seen.sheets],
    }  # fmt: skip
