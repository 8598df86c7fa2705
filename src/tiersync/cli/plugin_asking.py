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
    from tiersync.plugins.answers import Meaning
    from tiersync.plugins.found_table import Found
    from tiersync.plugins.infer import Inferred, Proposal, Question
    from tiersync.plugins.sample import Sample
    from tiersync.plugins.unit_names import UnitNames

VALUES = {"period": ("2025-Q4", "2025-Q4")}  # Of what is written in a way of its own, an example.
SQLITE = "sqlite:///"
LABEL_NAMES = {
    "@sheet": ("the sheet's name", "工作表名"),
    "@title": ("the title", "表格标题"),
    "@file": ("the file's name", "文件名"),
}
MOST_CODES = 9  # that a question shows
MEANING = re.compile(r"([a-z_]+):(.+)=([^=]+)", re.S)
PAIR = re.compile(r"([a-z_]+|[A-Z]{1,3}[0-9]{2,3}(?::[a-z_]+=[^=]+)?)=(.*)", re.S)  # or P02, B01:scheme=allow_90


class Seen:
    """A sample, the table found in it, and what its columns are, for one record and unit."""

    def __init__(self, sample: "Sample", record: str, unit: str, tree: "Tree", lexicon: "Lexicon") -> None:
        from tiersync.plugins.drafting import fill_unit, infer_columns
        from tiersync.plugins.found_table import find_table
        from tiersync.plugins.sample_period import fill_period
        from tiersync.plugins.sheets_seen import labels_for_unit, sheets_alike, take_labels
        from tiersync.plugins.unit_names import names_of

        self.sample, self.record, self.unit, self.tree = sample, record, unit, tree
        self.units: UnitNames = names_of(tree.nameable(unit))
        self.within = self.units.known.names
        self.found: Found = find_table(sample, record, lexicon)
        inferred = infer_columns(self.found, record, lexicon, self.units)
        self.sheets = sheets_alike(sample, inferred.taken)
        labels = labels_for_unit(record, sample, self.sheets, self.units) if tree.children(unit) else []
        self.inferred: Inferred = take_labels(inferred, labels, self.sheets)
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
    seen: Seen, maps: tuple[str, ...], sets: tuple[str, ...], values: tuple[str, ...] = ()
) -> "tuple[tuple[Proposal, ...], dict[str, str], dict[str, str]]":
    """The columns and constants that are taken once every question is answered: by option, or by somebody who is
    there to be asked. Raises NeedsAnswers."""
    from tiersync.plugins.answers import choose, code_of, implied, lacking, with_meanings
    from tiersync.plugins.infer import Question

    wanted, given = dict(map(pair_of, maps)), map(pair_of, sets)
    fixed = seen.constant_unit | {name: code_of(seen.record, name, said, seen.lexicon) for name, said in given}
    meant = [*map(meaning_of, values)]
    confirmed = dict.fromkeys(wanted, "--map") | dict.fromkeys(fixed, "--set")
    open_ = [q for q in open_questions(seen.inferred, fixed) if q.field not in wanted]
    if open_ and not sys.stdin.isatty():
        raise _unanswered(seen, open_)
    for question in open_:
        answer(seen, question, wanted, fixed)
        confirmed[question.field] = "question"
    taken = choose(seen.found, seen.record, seen.inferred, wanted, fixed, seen.lexicon, seen.units)
    if left := lacking(seen.record, (*(proposal.field for proposal in taken), *fixed)):
        raise _unanswered(seen, [Question(name, "missing", ()) for name in left])
    unsaid = {name: said for name, said in implied(seen.record, taken, fixed).items() if name not in wanted}
    return with_meanings(seen.record, taken, meant, seen.found, seen.lexicon), fixed | unsaid, confirmed


def _unanswered(seen: Seen, questions: "Sequence[Question]") -> NeedsAnswers:
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


def answer(seen: Seen, question: "Question", wanted: dict[str, str], fixed: dict[str, str]) -> None:
    """Ask somebody at a terminal."""
    click.secho(escaped(asked(seen, question)), fg="yellow")
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


def asked(seen: Seen, question: "Question", lang: str = "") -> str:
    """A question in words, with what can be answered."""
    en, zh = WORDS[question.why](seen, question)
    return zh if lang == "zh" else en if lang == "en" else say(en, zh)


def whose(seen: Seen, field: str) -> str:
    """A field in English: an indicator has a name besides."""
    label = field_label(seen.record, field)
    return field if label == field else f"{label} ({field})"


def _choices(question: "Question") -> str:
    return "、".join(f"{p.header}（{p.fits:.0%}）" for p in question.choices)


def _several(seen: Seen, question: "Question") -> tuple[str, str]:
    field, label = question.field, field_label(seen.record, question.field)
    return (
        f"{whose(seen, field)}: several columns could be it: {_choices(question)}. Say --map {field}=HEADER",
        f"{label}（{field}）：有几列都可能是：{_choices(question)}。请用 --map {field}=表头 指定",
    )


def _unsure(seen: Seen, question: "Question") -> tuple[str, str]:
    field, label = question.field, field_label(seen.record, question.field)
    return (
        f"{whose(seen, field)}: not sure whether it is {_choices(question)}. Say --map {field}=HEADER, or --map "
        f"{field}= for none",
        f"{label}（{field}）：不确定是否为 {_choices(question)}。请用 --map {field}=表头 指定，留空表示不取",
    )


def _missing(seen: Seen, question: "Question") -> tuple[str, str]:
    """What nobody is like another in is no constant; a label may speak for a unit."""
    field, label = question.field, field_label(seen.record, question.field)
    en, zh = [f"--map {field}=HEADER"], [f"--map {field}=表头"]
    for choice in question.choices:
        name, said = LABEL_NAMES[choice.header], "、".join(choice.samples)
        en.append(f"--map {field}={choice.header} ({name[0]}: {said})")
        zh.append(f"--map {field}={choice.header}（{name[1]}：{said}）")
    if may_be_constant(seen, field):
        example = VALUES.get(field, ("VALUE", "值"))
        en.append(f"--set {field}={example[0]} for every row")
        codes = list(codes_in_words(seen, field).values())[:MOST_CODES]
        zh.append(f"--set {field}={example[1]}（每行相同{'，如 ' if codes else ''}{'、'.join(codes)}）")
    return (
        f"{whose(seen, field)}: no column is it. Say {', or '.join(en)}",
        f"{label}（{field}）：没有对应的列。请用 {'，或 '.join(zh)} 指定",
    )


def _speaks(seen: Seen, question: "Question") -> tuple[str, str]:
    """Columns that nobody takes speak of people who died or left."""
    field = question.field
    said = "；".join(f"“{p.header}”：{'、'.join(p.strange)}" for p in question.choices)
    first = question.choices[0].header
    own = next((p.header for p in seen.inferred.taken if p.field == field), "")
    otherwise = (f"--map {field}={own} to go by {own} alone" if own else f"--map {field}= to count them all the same",
                 f"只看“{own}”列：--map {field}={own}" if own else f"仍全部计入：--map {field}=")  # fmt: skip
    return (
        f"a column that no field takes speaks of people who may not count, so many times: {said}. "
        f"Say --map {field}={first} to go by it, or {otherwise[0]}",
        f"未使用的列中写有下列字样（次数）：{said}。这些人是否仍计入？"
        f"按该列判断：--map {field}={first}；{otherwise[1]}",
    )


def _ticks(seen: Seen, question: "Question") -> tuple[str, str]:
    """A tick says what is, and not what is otherwise."""
    field, label = question.field, field_label(seen.record, question.field)
    ticks = question.choices[0].reading["ticks"]
    header, code = next(iter(ticks.items())) if isinstance(ticks, dict) else ("", "")
    codes = codes_in_words(seen, field)
    others = "、".join(f"{one} {word}" for one, word in codes.items() if one != code)
    return (
        f"{field}: a yes under {header} means {code} {codes.get(code, '')}; what a no means it does not say. Say --map "
        f"{field}={header} to know those alone, with --value {field}:否=CODE for the others ({others}), "
        f"or --map {field}= for none",
        f"{label}（{field}）：“{header}”列打勾为“{codes.get(code, code)}”，未打勾的是哪一种没有说明。"
        f"只认打勾的：--map {field}={header}；"
        f"“否”也有所指时再加 --value {field}:否=代码（{others}）；不取此列：--map {field}=",
    )


def codes_in_words(seen: Seen, field: str) -> dict[str, str]:
    """The codes of a field, each with the first Chinese word for it."""
    from tiersync.model.kinds import Code, Codes
    from tiersync.model.record import RECORDS

    kind = RECORDS[seen.record].kinds().get(field)
    words = seen.lexicon.words.get(kind.codes, {}) if isinstance(kind, Code | Codes) else {}
    found: dict[str, str] = {}
    for word, code in words.items():
        if not word.isascii():
            found.setdefault(code, word)
    return dict(sorted(found.items()))


def may_be_constant(seen: Seen, field: str) -> bool:
    """Whether a field may be the same in every row: no number, birth date or sex is, and no unit of several sheets."""
    from tiersync.model.kinds import BIRTH, Identity, UnitRef
    from tiersync.model.record import RECORDS

    kind = RECORDS[seen.record].kinds().get(field)
    is_own = isinstance(kind, Identity) or field in (BIRTH, "sex")
    return not is_own and not (isinstance(kind, UnitRef) and len(seen.sheets) > 1)


WORDS = {"several": _several, "unsure": _unsure, "missing": _missing, "speaks": _speaks, "ticks": _ticks}


def meaning_of(text: str) -> "Meaning":
    """FIELD:WORD=CODE, what a word of a field means."""
    from tiersync.plugins.answers import Meaning

    found = MEANING.fullmatch(text)
    if not found:
        raise click.BadParameter(say(f"{text}: write FIELD:WORD=CODE", f"{text}：应写成 字段:文字=代码"))
    return Meaning(found[1], found[2].strip(), found[3].strip())


def pair_of(text: str) -> tuple[str, str]:
    found = PAIR.fullmatch(text)
    if not found:
        raise click.BadParameter(say(f"{text}: write FIELD=…", f"{text}：应写成 字段=…"))
    return found[1], found[2].strip()
