"""What a person has to decide about a sample before a plugin can be made."""

import re
import sys
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING

import click

from tiersync.cli.commands.plugin.pairs import meaning_of, pair_of
from tiersync.cli.commands.plugin.questions import asked
from tiersync.cli.terminal.words import say
from tiersync.errors import NeedsAnswers
from tiersync.model.hidden import escaped

if TYPE_CHECKING:
    from tiersync.cli.commands.plugin.seen import Seen
    from tiersync.plugins.drafting.inference.infer import Inferred, Proposal, Question


def settle(
    seen: "Seen",
    maps: tuple[str, ...],
    sets: tuple[str, ...],
    values: tuple[str, ...] = (),
    measures: tuple[str, ...] = (),
) -> "tuple[tuple[Proposal, ...], dict[str, str], dict[str, str]]":
    """The columns and constants that are taken once every question is answered: by option, or by somebody who is
    there to be asked. Raises NeedsAnswers."""
    from tiersync.plugins.drafting.answers import choose, code_of, implied, lacking, with_meanings
    from tiersync.plugins.drafting.inference.infer import Question
    from tiersync.plugins.values.measured import with_measures

    wanted, given = dict(map(pair_of, maps)), map(pair_of, sets)
    fixed = seen.constant_unit | {name: code_of(seen.record, name, said, seen.lexicon) for name, said in given}
    meant, counted_in = [*map(meaning_of, values)], dict(map(pair_of, measures))
    confirmed = dict.fromkeys(wanted, "--map") | dict.fromkeys(fixed, "--set")
    open_ = [q for q in open_questions(seen.inferred, fixed) if q.field not in wanted]
    if open_ and not sys.stdin.isatty():
        raise _unanswered(seen, [*open_, *of_measure(seen, seen.inferred.taken, {*counted_in, *wanted, *fixed})])
    for question in open_:
        answer(seen, question, wanted, fixed)
        confirmed[question.field] = "question"
    taken = choose(seen.found, seen.record, seen.inferred, wanted, fixed, seen.lexicon, seen.units)
    if left := lacking(seen.record, (*(proposal.field for proposal in taken), *fixed)):
        raise _unanswered(seen, [Question(name, "missing", ()) for name in left])
    taken = with_measures(taken, counted_in)
    unmeasured = of_measure(seen, taken)
    if unmeasured and not sys.stdin.isatty():
        raise _unanswered(seen, unmeasured)
    taken = with_measures(taken, {question.field: ask_measure(seen, question) for question in unmeasured})
    unsaid = {name: said for name, said in implied(seen.record, taken, fixed).items() if name not in wanted}
    return with_meanings(seen.record, taken, meant, seen.found, seen.lexicon), fixed | unsaid, confirmed


def _unanswered(seen: "Seen", questions: "Sequence[Question]") -> NeedsAnswers:
    said = {lang: [asked(seen, question, lang) for question in questions] for lang in ("en", "zh")}
    if sum(map(_are_equal_headers, questions)) > 1:
        said["en"].append(
            "the same columns stand side by side more than once. One plugin reads one set of them: name each column"
            " as above, and have the others moved below it or into a file of their own"
        )
        said["zh"].append(
            "表中左右并排了几组相同的栏目，一次只能读取其中一组：请按上面逐列写明，"
            "其余各组请移到这一组的下方，或另存为一个文件"
        )
    return NeedsAnswers(**{f"each_{lang}": "\n".join(f"- {text}" for text in texts) for lang, texts in said.items()})


def _are_equal_headers(question: "Question") -> bool:
    """Whether somebody is asked about headers that differ by their numbers alone."""
    headers = [proposal.header for proposal in question.choices]
    return len(headers) > 1 and len({re.sub(r"_[0-9]+$", "", header) for header in headers}) == 1


def answer(seen: "Seen", question: "Question", wanted: dict[str, str], fixed: dict[str, str]) -> None:
    """Ask somebody at a terminal."""
    click.secho(escaped(asked(seen, question)), fg="yellow")
    headers = [proposal.header for proposal in question.choices] or list(seen.inferred.left)
    for number, header in enumerate(headers, start=1):
        click.echo(escaped(f"  {number}  {header}"))
    said = click.prompt(
        say("输入序号；=值 表示每行相同；回车表示不取", "Number; =VALUE for the same in every row; Enter for none"),
        default="", show_default=False,
    )  # fmt: skip
    if said.startswith("="):
        fixed[question.field] = said[1:]
    else:
        wanted[question.field] = headers[int(said) - 1] if said.isdigit() and 0 < int(said) <= len(headers) else said


def ask_measure(seen: "Seen", question: "Question") -> str:
    """Ask somebody at a terminal in what a column of money is counted."""
    click.secho(escaped(asked(seen, question)), fg="yellow")
    return str(click.prompt(say("请输入 元 或 万元", "元 or 万元"), type=click.Choice(["元", "万元"])))


def of_measure(seen: "Seen", taken: "Iterable[Proposal]", settled: Collection[str] = ()) -> "list[Question]":
    """What is asked of columns of money below a title that says 万元, but for fields that are `settled`."""
    from tiersync.plugins.drafting.inference.infer import Question
    from tiersync.plugins.values.measured import unmeasured

    found = unmeasured(seen.record, taken, seen.found)
    return [Question(one.field, "measure", (one,)) for one in found if one.field not in settled]


def open_questions(inferred: "Inferred", fixed: dict[str, str]) -> "list[Question]":
    return [question for question in inferred.questions if question.field not in fixed]
