"""What is seen in a sample, and what a person has to decide about it before a plugin can be made."""

import re
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tiersync.cli.spoken import field_label
from tiersync.cli.words import say
from tiersync.errors import NeedsAnswers, UnknownName
from tiersync.model.hidden import escaped

if TYPE_CHECKING:
    from pydantic import JsonValue

    from tiersync.model.lexicon import Lexicon
    from tiersync.model.unit import Tree
    from tiersync.plugins.found_table import Found
    from tiersync.plugins.infer import Inferred, Proposal, Question
    from tiersync.plugins.sample import Sample
    from tiersync.plugins.unit_names import UnitNames

VALUES = {"period": ("2025-Q4", "2025-Q4")}  # Of what is written in a way of its own, an example.
SQLITE = "sqlite:///"
PAIR = re.compile(r"([a-z_]+|[A-Z]{1,3}[0-9]{2,3}(?::[a-z_]+=[^=]+)?)=(.*)", re.S)  # or P02, B01:scheme=allow_90


class Seen:
    """A sample, the table found in it, and what its columns are, for one record and unit."""

    def __init__(self, sample: "Sample", record: str, unit: str, tree: "Tree", lexicon: "Lexicon") -> None:
        from tiersync.plugins.drafting import fill_unit, infer_columns
        from tiersync.plugins.found_table import find_table
        from tiersync.plugins.sample_period import fill_period
        from tiersync.plugins.unit_names import names_of

        self.sample, self.record, self.unit, self.tree = sample, record, unit, tree
        self.units: UnitNames = names_of(tree.nameable(unit))
        self.within = self.units.known.names
        self.found: Found = find_table(sample, record, lexicon)
        self.inferred: Inferred = infer_columns(self.found, record, lexicon, self.units)
        self.constant_unit = fill_unit(record, self.inferred, unit, not tree.children(unit))
        self.constant_unit |= fill_period(record, self.inferred, self.found, sample.path)
        self.lexicon = lexicon

    @property
    def places(self) -> dict[str, str]:
        """The lowest units that fixtures may name: a few whose names nobody else bears."""
        lowest = [code for code in self.within if not self.tree.children(code)]
        borne = Counter(self.within.values())
        return {code: self.within[code] for code in lowest if borne[self.within[code]] == 1}


def known_words() -> "Lexicon":
    """The packaged lexicon, with the record types and code lists that plugin packages bring."""
    from tiersync.config.lexicon import packaged_lexicon
    from tiersync.plugins.hooks import code_lists

    return packaged_lexicon(code_lists())


def look(folder: Path, file: str, record: str | None, unit: str | None, source: "Mapping[str, JsonValue]") -> Seen:
    """What a sample holds, seen by this node's tree of units. `source` are the settings of one that is no file."""
    from tiersync.cli.opening import bounds_of, open_node, settings_of
    from tiersync.config.indicator_lexicon import with_indicators
    from tiersync.model.record import RECORDS
    from tiersync.plugins.found_table import most_likely_record
    from tiersync.plugins.sample_apart import read_sample_apart

    node = open_node(folder)
    with node.store.read() as db:
        catalogue = node.catalogue(db)
    sample = asked_for(folder, source) if source else read_sample_apart(Path(file), bounds_of(settings_of(folder)))
    words, tree = with_indicators(known_words(), catalogue), catalogue.tree
    chosen = record or most_likely_record(sample, words)
    if chosen not in RECORDS:
        raise UnknownName(what="record type", name=chosen, hint=f"There are: {', '.join(RECORDS)}")
    return Seen(sample, chosen, tree[unit or node.home].code, tree, words)


def source_of(file: str, sources: tuple[str, ...]) -> "dict[str, JsonValue]":
    """The settings of a source that is no file: --from is an address or the name of a secret that holds it, --source
    gives the others. Nothing for a file."""
    settings: dict[str, JsonValue] = {name: _setting(value) for name, value in map(pair_of, sources)}
    if file.startswith(("http://", "https://")):
        return {"url": file, **settings}
    if file.startswith(SQLITE) and not file.startswith(f"{SQLITE}/"):  # Whoever types it means a file from here.
        file = f"{SQLITE}{Path(file.removeprefix(SQLITE)).resolve()}"
    if file.startswith(("secret:", "sqlite:", "postgres")):
        return {"dsn": _setting(file), **settings}
    return {}


def _setting(text: str) -> "JsonValue":
    """A setting as it is written in plugin.toml."""
    if text.startswith("secret:"):
        return {"secret": text.removeprefix("secret:")}
    if text in ("true", "false"):
        return text == "true"
    return int(text) if text.isdigit() and len(text) < 10 else text


def asked_for(folder: Path, source: "Mapping[str, JsonValue]") -> "Sample":
    """The first rows of a database's table or of a web service."""

    from tiersync.cli.opening import secrets_of
    from tiersync.plugins.manifest import Plugin
    from tiersync.plugins.sample_asked import ask_sample
    from tiersync.plugins.secret import names_of_secrets, with_secrets
    from tiersync.plugins.stream import Source, Stream

    kind = "http" if "url" in source else "sql"
    probe = Stream.model_construct(
        record="senior", name="sample", key=("id",), source=Source(kind=kind, options=dict(source)), map={}
    )
    plugin = Plugin.model_construct(
        id="sample", name="", version="", api=1, unit="", streams=(probe,), folder=folder.resolve(), digest=""
    )
    find = secrets_of(folder)
    filled = with_secrets(plugin, {name: find(name) for name in names_of_secrets(plugin)})
    return ask_sample(plugin, filled.streams[0].source.options)


def settle(
    seen: Seen, maps: tuple[str, ...], sets: tuple[str, ...]
) -> "tuple[tuple[Proposal, ...], dict[str, str], dict[str, str]]":
    """The columns and constants that are taken once every question is answered: by option, or by somebody who is
    there to be asked. Raises NeedsAnswers."""
    from tiersync.plugins.drafting import choose, lacking
    from tiersync.plugins.infer import Question

    wanted, fixed = dict(map(pair_of, maps)), seen.constant_unit | dict(map(pair_of, sets))
    confirmed = dict.fromkeys(wanted, "--map") | dict.fromkeys(fixed, "--set")
    open_ = [q for q in open_questions(seen.inferred, fixed) if q.field not in wanted]
    if open_ and not sys.stdin.isatty():
        raise _unanswered(seen.record, open_)
    for question in open_:
        answer(seen, question, wanted, fixed)
        confirmed[question.field] = "question"
    taken = choose(seen.found, seen.record, seen.inferred, wanted, fixed, seen.lexicon, seen.units)
    if left := lacking(seen.record, (*(proposal.field for proposal in taken), *fixed)):
        raise _unanswered(seen.record, [Question(name, "missing", ()) for name in left])
    return taken, fixed, confirmed


def _unanswered(record: str, questions: "Sequence[Question]") -> NeedsAnswers:
    said = {lang: [asked(record, question, lang) for question in questions] for lang in ("en", "zh")}
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


def answer(seen: Seen, question: "Question", wanted: dict[str, str], fixed: dict[str, str]) -> None:
    """Ask somebody at a terminal."""
    click.secho(asked(seen.record, question), fg="yellow")
    headers = [proposal.header for proposal in question.choices] or list(seen.inferred.left)
    for number, header in enumerate(headers, start=1):
        click.echo(escaped(f"  {number}  {header}"))
    said = click.prompt(
        say("Number; =VALUE for the same in every row; Enter for none", "输入序号；=值 表示每行相同；回车表示不取"),
        default="", show_default=False,
    )  # fmt: skip
    if said.startswith("="):
        fixed[question.field] = said[1:]
    else:
        wanted[question.field] = headers[int(said) - 1] if said.isdigit() and 0 < int(said) <= len(headers) else said


def open_questions(inferred: "Inferred", fixed: dict[str, str]) -> "list[Question]":
    return [question for question in inferred.questions if question.field not in fixed]


def asked(record: str, question: "Question", lang: str = "") -> str:
    """A question in words, with what can be answered."""
    choices = "、".join(f"{p.header}（{p.fits:.0%}）" for p in question.choices)
    field = question.field
    value, value_zh = VALUES.get(field, ("VALUE", "值"))
    label = field_label(record, field)
    whose = field if label == field else f"{label} ({field})"
    en = {
        "several": f"{whose}: several columns could be it: {choices}. Say --map {field}=HEADER",
        "unsure": f"{whose}: not sure whether it is {choices}. Say --map {field}=HEADER, or --map {field}= for none",
        "missing": f"{whose}: no column is it. Say --map {field}=HEADER, or --set {field}={value} for every row",
    }[question.why]
    zh = {
        "several": f"{label}（{field}）：有几列都可能是：{choices}。请用 --map {field}=表头 指定",
        "unsure": f"{label}（{field}）：不确定是否为 {choices}。请用 --map {field}=表头 指定，留空表示不取",
        "missing": f"{label}（{field}）：没有对应的列。请用 --map {field}=表头，或 --set {field}={value_zh} 指定",
    }[question.why]
    return zh if lang == "zh" else en if lang == "en" else say(en, zh)


def pair_of(text: str) -> tuple[str, str]:
    found = PAIR.fullmatch(text)
    if not found:
        raise click.BadParameter(say(f"{text}: write FIELD=…", f"{text}：应写成 字段=…"))
    return found[1], found[2].strip()
