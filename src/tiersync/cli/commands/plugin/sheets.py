"""Which sheets of a workbook count: what a person is asked about them, and what he may answer."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from tiersync.cli.terminal.words import say
from tiersync.errors import NeedsAnswers
from tiersync.model.hidden import escaped
from tiersync.model.text import Text

if TYPE_CHECKING:
    from tiersync.cli.commands.plugin.seen import Seen
    from tiersync.plugins.drafting.inference.infer import Proposal
    from tiersync.plugins.drafting.sheets_seen import SheetAnswers, SheetSeen

EVERY = "*"
READ, LEAVE = ("read", "读取", "计入", "读"), ("leave", "不读", "不计", "略过")

sheet_option = click.option(
    "--sheet", "sheets", multiple=True, metavar="SHEET=read|leave|…",
    help=say("某张工作表是否计入：read 读取，leave 不读，或写明其中人员的状态（如 死亡）；* 代表其余各张",
             "Whether a sheet counts: read, leave, or what became of its people (died, 死亡); * is all others"),
)  # fmt: skip


def settle_sheets(seen: "Seen", taken: "Sequence[Proposal]", answers: Sequence[str]) -> "SheetAnswers":
    """What counts of the sheets that show the columns taken: by option, or by somebody who is there to be asked. Raises
    NeedsAnswers."""
    from tiersync.plugins.drafting.sheets_seen import asked_about

    said = _pairs(seen, answers)
    open_ = [sheet for sheet in asked_about(seen.sheets, taken, seen.units) if _answer_to(sheet.name, said) is None]
    if open_ and not sys.stdin.isatty():
        raise NeedsAnswers(
            each_en=f"- {asked_sheets(seen, open_, 'en')}", each_zh=f"- {asked_sheets(seen, open_, 'zh')}"
        )
    for sheet in open_:
        said[sheet.name] = click.prompt(escaped(asked_sheets(seen, [sheet])))
    return _settled(seen, taken, said)


def with_status(seen: "Seen", taken: "tuple[Proposal, ...]", counted: "SheetAnswers") -> "tuple[Proposal, ...]":
    """The columns, and what became of the people by the sheet that they stand in. Raises NeedsAnswers where a column
    says it, too."""
    status = counted.status(seen.record)
    if status is None:
        return taken
    if column := next((proposal.header for proposal in taken if proposal.field == status.field), ""):
        raise NeedsAnswers(
            each_en=f"- the column {column} says what became of people, and so does --sheet. Say --map {status.field}= "
            "to go by the sheets, or --sheet …=read to go by the column",
            each_zh=f"- “{column}”一列已写明人员状态，--sheet 又另行指定。按工作表请用 --map {status.field}=，"
            "按该列请把 --sheet 写成 …=read",
        )
    return (*taken, status)


def asked_sheets(seen: "Seen", sheets: "Sequence[SheetSeen]", lang: str = "") -> str:
    """The question about sheets in words, with what can be answered."""
    first = sheets[0].name
    ways = [Text("read 计入", "read, to count its rows"), Text("leave 不读", "leave, not to read it")]
    if _word_of(seen, "死亡"):
        ways.append(Text("死亡 读取并记为已死亡", "died, to read its people as dead"))
    each = "、".join(f"{sheet.name}（{sheet.rows}）" for sheet in sheets)
    en = (f"these sheets have the same columns (in brackets their rows): {each}. Say of each whether it counts: "
          f"--sheet {first}=… with {'; '.join(way.en for way in ways)}. For all others: --sheet '*=read'")  # fmt: skip
    zh = (f"工作簿中下列工作表有同样的栏目（括号内为行数）：{each}。请逐张说明是否计入：--sheet {first}=…，"
          f"可写 {'，'.join(way.zh for way in ways)}；--sheet '*=read' 表示其余全部计入")  # fmt: skip
    return zh if lang == "zh" else en if lang == "en" else say(zh, en)


def _pairs(seen: "Seen", answers: Sequence[str]) -> dict[str, str]:
    """Each answer by the sheet that it is about. Raises BadParameter for a sheet that is not there."""
    from tiersync.plugins.kinds.sheets import named_in

    pairs = {name.strip(): answer.strip() for name, _, answer in (text.rpartition("=") for text in answers)}
    there = [sheet.name for sheet in seen.sheets]
    for name in pairs:
        if name != EVERY and not named_in(name, there):
            shown = "、".join(there) or "—"
            raise click.BadParameter(say(
                f"--sheet {name}：没有这张含同样栏目的工作表。现有：{shown}",
                f"--sheet {name}: no such sheet has the columns. There are: {shown}",
            ))  # fmt: skip
    return pairs


def _answer_to(name: str, said: dict[str, str]) -> str | None:
    from tiersync.plugins.kinds.sheets import named_in, speaks

    own = next((answer for sheet, answer in said.items() if named_in(name, (sheet,))), None)
    return said.get(EVERY) if own is None and not speaks(name) else own


def _settled(seen: "Seen", taken: "Sequence[Proposal]", said: dict[str, str]) -> "SheetAnswers":
    """Sheets that nobody has to ask about are not named: others like them may come."""
    from tiersync.plugins.drafting.sheets_seen import SheetAnswers, asked_about
    from tiersync.plugins.kinds.sheets import speaks

    if not said:
        return SheetAnswers()
    answers = {sheet.name: _answer_to(sheet.name, said) or READ[0] for sheet in seen.sheets}
    leave = tuple(name for name, answer in answers.items() if answer in LEAVE)
    read = tuple(name for name in answers if name not in leave)
    codes = {name: _code_of(seen, name, answers[name]) for name in read if answers[name] not in READ}
    named = [sheet.name for sheet in asked_about(seen.sheets, taken, seen.units) if sheet.name in read]
    is_any = not codes and (not named or (said.get(EVERY) in READ and not any(map(speaks, read))))
    return SheetAnswers(((EVERY,) if EVERY in said else ()) if is_any else read, leave, codes)


def _code_of(seen: "Seen", sheet: str, word: str) -> str:
    if code := _word_of(seen, word):
        return code
    raise click.BadParameter(say(f"--sheet {sheet}={word}：应写 read、leave，或人员状态，如 死亡、迁出",
                                 f"--sheet {sheet}={word}: write read, leave, or a state such as died"))  # fmt: skip


def _word_of(seen: "Seen", word: str) -> str:
    """The code of what became of people, '' where the record has none or the word is not known."""
    from tiersync.model.records.kinds import Code
    from tiersync.model.records.record import RECORDS
    from tiersync.model.spoken import DEPARTED

    kind = RECORDS[seen.record].kinds()[DEPARTED[seen.record][0]] if seen.record in DEPARTED else None
    return seen.lexicon.words.get(kind.codes, {}).get(word.lower(), "") if isinstance(kind, Code) else ""
