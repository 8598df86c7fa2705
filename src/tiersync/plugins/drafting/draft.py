"""A plugin in the making: out of a sample, what its plugin.toml and its mapping.lock will say."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from pydantic import JsonValue

from tiersync.model.lexicon import Lexicon
from tiersync.model.records.figure_column import FIGURE, fields_of
from tiersync.model.records.kinds import Identity, UnitRef
from tiersync.model.records.record import RECORDS
from tiersync.model.spoken import DEPARTED
from tiersync.model.text import Text
from tiersync.plugins.drafting.found_table import FoundTable
from tiersync.plugins.drafting.inference.figure_table import HeadedTable, infer_figures
from tiersync.plugins.drafting.inference.infer import Inferred, Proposal, Question, infer
from tiersync.plugins.drafting.inference.infer_remarks import spoken_in, with_remarks
from tiersync.plugins.drafting.inference.infer_ticks import ASKED, has_no, ticked
from tiersync.plugins.drafting.inference.naming import Strength
from tiersync.plugins.drafting.samples.sample_period import STATED, StatedPeriod
from tiersync.plugins.rows.headers import unique
from tiersync.plugins.values.unit_names import UnitNames

BARE = re.compile(r"\w+")  # A word that needs no quotes in front of an equals sign.
PATHS = dict.fromkeys(("excel", "csv"), "inbox/*")  # What a file is, is found out.
NAMED = {
    Strength.EXACT: Text("列名相符", "name"), Strength.NEAR: Text("列名相近", "nearly the name"),
    Strength.WEAK: Text("列名部分相符", "part of the name"),
}  # fmt: skip
LABELLED = {
    "@sheet": Text("按工作表名", "the sheet's name says it"), "@title": Text("按表格标题", "the title says it"),
    "@file": Text("按文件名", "the file's name says it"),
}  # fmt: skip
KEYS: Mapping[str, tuple[str, ...]] = {
    "senior": ("id_number",), "association": ("assoc_id",), "activity": ("activity_id",),
    "benefit": ("benefit_id",), "service": ("service_id",), "facility": ("facility_id",),
    "figure": ("indicator", "unit", "period", "dims", "value_role"),
}  # fmt: skip


OTHERWISE = {"association": ("unit", "name"), "facility": ("unit", "name")}  # where a list has no numbers of its own


class PluginDraft(NamedTuple):
    """What a new plugin is to be: who it is, the record, where its table was found, and what each column means.

    `constants` stand in every row; `confirmed` says of a field who chose its column, where the inference did not.
    `source` are the settings of a source that is no file.
    """

    id: str
    name: str
    unit: str
    record: str
    kind: str
    found: FoundTable
    taken: tuple[Proposal, ...]
    constants: Mapping[str, str]
    confirmed: Mapping[str, str]
    source: Mapping[str, JsonValue] = {}


def infer_columns(found: FoundTable, record: str, lexicon: Lexicon, units: UnitNames) -> Inferred:
    """What the columns of a table are. A column that people tick may be one of a field's words all the same, where it
    has a word for no, or the field has a column of its own."""
    if record == FIGURE:
        return infer_figures(HeadedTable(found.titles, found.header_lines, found.columns), lexicon, units)
    plainly = infer(record, found.columns, lexicon, units)
    sure = {proposal.field for proposal in plainly.taken if proposal.strength == Strength.EXACT}
    asked = {header for proposal in plainly.taken if has_no(proposal) for header in proposal.headers}
    ticks = [
        one for one in ticked(record, found.columns, lexicon)
        if not asked & {*one.headers} and (one.field not in sure or _takes(plainly, one))
    ]  # fmt: skip
    inferred = infer(record, found.columns, lexicon, units, ticks) if ticks else plainly
    unsure = [one for one in inferred.taken if one.field in ASKED and "ticks" in one.reading]
    questions = [Question(one.field, "ticks", (one,)) for one in unsure]
    taken = tuple(one for one in inferred.taken if one not in unsure)
    inferred = inferred._replace(taken=taken, questions=(*inferred.questions, *questions))
    return with_remarks(inferred, record, found.columns, lexicon)


def _takes(inferred: Inferred, ticks: Proposal) -> bool:
    """Whether the column that is taken for a field is itself one of those that tick it."""
    return any(one.header in ticks.headers for one in inferred.taken if one.field == ticks.field)


def fill_unit(record: str, inferred: Inferred, unit: str, is_lowest: bool) -> dict[str, str]:
    """The constant for the unit that every row counts for, where no column names one and the plugin speaks for one."""
    asked = {question.field for question in inferred.questions if question.why == "missing"}
    units = [name for name, kind in RECORDS[record].kinds().items() if isinstance(kind, UnitRef) and kind.need == "R"]
    return {name: unit for name in units if name in asked} if is_lowest else {}


def key_of(draft: PluginDraft) -> tuple[str, ...]:
    """The fields that tell rows apart: the record's usual ones, where they are mapped and no two rows of the sample
    that differ share them; of a record type that a package brings its first needed one. None where the whole row is
    the key."""
    kinds = RECORDS[draft.record].kinds()
    needed = [name for name, kind in kinds.items() if kind.need == "R"]
    mapped = fields_of(draft.record, (*(proposal.field for proposal in draft.taken), *draft.constants))
    usual = tuple(name for name in KEYS.get(draft.record, needed[:1]) if name in mapped)
    if not usual and {*OTHERWISE.get(draft.record, ("",))} <= {*mapped}:
        usual = OTHERWISE[draft.record]
    of_persons = any(isinstance(kinds[name], Identity) for name in usual)  # Who stands there twice is one person.
    return usual if of_persons or not _share_a_key(draft, usual) else ()


def _share_a_key(draft: PluginDraft, key: tuple[str, ...]) -> bool:
    """Whether rows of the sample that differ have one key. A row whose key is blank has none."""
    cells = {column.header: column.cells for column in reversed(draft.found.columns)}
    taken = [(one.field, header) for one in draft.taken for header in one.headers if header in cells]
    rows = set(zip(*(cells[header] for _, header in taken), strict=True))
    at = [number for number, (field, _) in enumerate(taken) if field in key]
    keys = [tuple(row[number] for number in at) for row in rows]
    keyed = [one for one in keys if any(one) or not at]
    return len(set(keyed)) < len(keyed)


def spell_plugin(draft: PluginDraft) -> str:
    """The plugin.toml, commented in both languages."""
    return "\n".join([*_head(draft), *_stream(draft)]) + "\n"


def _head(draft: PluginDraft) -> Iterator[str]:
    then = f"tiersync plugin test {draft.id}; tiersync plugin enable {draft.id}"
    yield f"# 由样本生成，可以修改。改动后运行：{then}"
    yield f"# Made from a sample; change what is wrong, then: {then}"
    yield ""
    yield "[plugin]"
    yield f"id = {_text(draft.id)}"
    yield f"name = {_text(draft.name)}"
    yield 'version = "1.0.0"'
    yield "api = 1"
    yield f"unit = {_text(draft.unit)}"


def _stream(draft: PluginDraft) -> Iterator[str]:
    yield ""
    yield "[[stream]]"
    yield f"record = {_text(draft.record)}"
    if key := key_of(draft):
        yield f"key = [{', '.join(map(_text, key))}]"
    else:
        yield "# 没有能区分各行的列：整行即主键。No column tells rows apart: the whole row is the key."
    yield "[stream.source]"
    yield f"kind = {_text(draft.kind)}"
    if draft.kind in PATHS:
        yield f"path = {_text(PATHS[draft.kind])}"
    for name, value in draft.source.items():
        yield f"{name} = {_value(value)}"
    yield ""
    yield "[stream.map]"
    for proposal in draft.taken:
        yield f"{_word(proposal.field)} = {_entry(proposal)}"
        if proposal.strange:
            yield f"# 未识别 / not known yet: {'、'.join(proposal.strange[:12])}"
    for name, constant in draft.constants.items():
        yield f"{name} = {STATED if isinstance(constant, StatedPeriod) else f'{{ constant = {_text(constant)} }}'}"


def _entry(proposal: Proposal) -> str:
    header = _text(proposal.header)
    if not proposal.reading:
        return header
    if "ticks" in proposal.reading:
        return f"{{ ticks = {_value(proposal.reading['ticks'])} }}"
    rest = ", ".join(f"{name} = {_value(value)}" for name, value in proposal.reading.items())
    return f"{{ from = {header}, {rest} }}"


def _value(value: Any) -> str:
    if isinstance(value, dict):
        inside = ", ".join(f"{_word(word)} = {_text(code)}" for word, code in value.items())
        return f"{{ {inside} }}"
    return json.dumps(value, ensure_ascii=False)


def _word(word: str) -> str:
    return word if BARE.fullmatch(word) else _text(word)


def _text(text: str) -> str:
    """A TOML basic string; what JSON escapes, TOML escapes the same way."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def spell_lock(draft: PluginDraft) -> str:
    """The mapping.lock: which header became which field, on what evidence, confirmed by whom."""
    lines = ["# tiersync 生成：表头对应关系及依据。Written by tiersync: headers, fields and the evidence for them.", ""]
    taken = {header for proposal in draft.taken for header in proposal.headers}
    cells = draft.found.rows.cells
    named = zip(draft.found.headers, unique(cells), cells, strict=True)
    beside = [name for header, name, cell in named if (cell or "").strip() and header not in taken]
    lines += ["# 没有字段使用的列；以后有增减会提示。Columns that no field takes; what comes or goes later is said."]
    lines += [f"beside = [{', '.join(map(_text, beside))}]"]
    if settled := [name for name in beside if name in _speaking(draft)]:
        lines += [
            "# 其中写有去世、迁出等字样，已确认不看。They speak of people who left, and are left aside all the same."
        ]
        lines += [f"settled = [{', '.join(map(_text, settled))}]"]
    lines += [""]
    for proposal in draft.taken:
        for header in proposal.headers:
            lines += [
                "[[column]]",
                f"header = {_text(header)}",
                f"field = {_text(proposal.field)}",
                f"evidence = {_text(evidence_of(proposal))}",
                f"confirmed = {_text(draft.confirmed.get(proposal.field, 'inference'))}",
                "",
            ]
    return "\n".join(lines)


def _speaking(draft: PluginDraft) -> set[str]:
    """The columns of a sample that speak of people who died or left: if no field takes one, somebody was asked."""
    return {column.header for column in draft.found.columns if draft.record in DEPARTED and spoken_in(column)}


def evidence_of(proposal: Proposal) -> str:
    """Why a column is taken for a field, in a few words that name nobody."""
    return evidence_in(proposal).en


def evidence_in(proposal: Proposal) -> Text:
    """The same in both languages."""
    if proposal.reading.get("parse") == "remark":
        return Text("备注中写明的", "remarks that say so, and nothing else")
    if "ticks" in proposal.reading:
        return Text("打勾的栏目", "columns that are ticked")
    if proposal.header in LABELLED:
        return LABELLED[proposal.header]
    zh, en = NAMED[proposal.strength]
    if not proposal.samples:
        return Text(f"{zh}，样本中未填写", f"{en}; the sample's cells are blank")
    return Text(f"{zh}，{proposal.fits:.0%} 的内容相符", f"{en}; {proposal.fits:.0%} of the cells fit")
