"""A plugin in the making: out of a sample, what its plugin.toml and its mapping.lock will say."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from pydantic import JsonValue

from tiersync.errors import NeedsAnswers, UnknownName
from tiersync.model.figure_column import FIGURE, fields_of, is_column
from tiersync.model.kinds import Identity, UnitRef, is_number_needed
from tiersync.model.lexicon import Lexicon, plain
from tiersync.model.record import RECORDS
from tiersync.plugins.figure_table import Standing, infer_figures, is_declared
from tiersync.plugins.found_table import Found
from tiersync.plugins.headers import unique
from tiersync.plugins.infer import Column, Inferred, Proposal, infer, proposal_of
from tiersync.plugins.naming import Strength
from tiersync.plugins.sample_period import STATED, Stated
from tiersync.plugins.unit_names import UnitNames

BARE = re.compile(r"\w+")  # A word that needs no quotes in front of an equals sign.
PATHS = dict.fromkeys(("excel", "csv"), "inbox/*")  # What a file is, is found out.
NAMED = {
    Strength.EXACT: ("name", "列名相符"), Strength.NEAR: ("nearly the name", "列名相近"),
    Strength.WEAK: ("part of the name", "列名部分相符"),
}  # fmt: skip
KEYS: Mapping[str, tuple[str, ...]] = {
    "senior": ("id_number",), "association": ("assoc_id",), "activity": ("activity_id",),
    "benefit": ("benefit_id",), "service": ("service_id",), "facility": ("facility_id",),
    "figure": ("indicator", "unit", "period", "dims", "value_role"),
}  # fmt: skip


class Draft(NamedTuple):
    """What a new plugin is to be: who it is, the record, where its table was found, and what each column means.

    `constants` stand in every row; `confirmed` says of a field who chose its column, where the inference did not.
    `source` are the settings of a source that is no file.
    """

    id: str
    name: str
    unit: str
    record: str
    kind: str
    found: Found
    taken: tuple[Proposal, ...]
    constants: Mapping[str, str]
    confirmed: Mapping[str, str]
    source: Mapping[str, JsonValue] = {}


def infer_columns(found: Found, record: str, lexicon: Lexicon, units: UnitNames) -> Inferred:
    """What the columns of a table are."""
    if record == FIGURE:
        return infer_figures(Standing(found.titles, found.header_lines, found.columns), lexicon, units)
    return infer(record, found.columns, lexicon, units)


def fill_unit(record: str, inferred: Inferred, unit: str, is_lowest: bool) -> dict[str, str]:
    """The constant for the unit that every row counts for, where no column names one and the plugin speaks for one."""
    asked = {question.field for question in inferred.questions if question.why == "missing"}
    units = [name for name, kind in RECORDS[record].kinds().items() if isinstance(kind, UnitRef) and kind.need == "R"]
    return {name: unit for name in units if name in asked} if is_lowest else {}


def choose(
    found: Found,
    record: str,
    inferred: Inferred,
    wanted: Mapping[str, str],
    fixed: Mapping[str, str],
    lexicon: Lexicon,
    units: UnitNames,
) -> tuple[Proposal, ...]:
    """The columns that are taken when a person wants these headers for these fields ('' for none), and constants for
    others. Raises UnknownName for a field or a header that is not there."""
    columns: dict[str, Column] = {}
    for column in found.columns:
        columns.setdefault(column.header, column)
    by_plain = {plain(header): header for header in columns}
    chosen = {proposal.field: proposal for proposal in inferred.taken if proposal.field not in {*wanted, *fixed}}
    for field in (*wanted, *fixed):
        if is_column(record, field) and not is_declared(field, lexicon.indicators):
            raise UnknownName(what="indicator", name=field, hint="See: tiersync catalogue show")
        if field not in RECORDS[record].model_fields and not is_column(record, field):
            raise UnknownName(what="field", name=field, hint=f"There are: {', '.join(RECORDS[record].model_fields)}")
    for field, header in wanted.items():
        if header and plain(header) not in by_plain:
            raise _no_column(header, columns)
        if header:
            column = columns[by_plain[plain(header)]]
            chosen[field] = proposal_of(record, field, Strength.EXACT, column, lexicon, units)
    mine = {chosen[field].header for field, header in wanted.items() if header}
    kept = [p for name, p in chosen.items() if name in wanted or p.header not in mine]
    order = [*RECORDS[record].model_fields, *chosen]
    return tuple(sorted(kept, key=lambda proposal: order.index(proposal.field)))


def lacking(record: str, mapped: Iterable[str]) -> list[str]:
    """The fields without which there is no record, and which are not among the `mapped`."""
    names, fields = fields_of(record, mapped), RECORDS[record].model_fields
    needed = [name for name, kind in RECORDS[record].kinds().items()
              if fields[name].is_required() or is_number_needed(kind, names)]  # fmt: skip
    return [name for name in needed if name not in names]


def _no_column(header: str, columns: Mapping[str, Column]) -> NeedsAnswers:
    """What is said of a header that no column has, or several."""
    equal = [name for name, column in columns.items() if column.said and plain(column.said) == plain(header)]
    there = "、".join(map(plain, equal or filter(None, columns)))
    if equal:
        return NeedsAnswers(
            each_en=f"- {len(equal)} columns are headed {header}. Say which one: {there}",
            each_zh=f"- 有 {len(equal)} 列都叫“{header}”，请写明是哪一列：{there}",
        )
    return NeedsAnswers(
        each_en=f"- the file has no column {header}. There are: {there}",
        each_zh=f"- 文件中没有“{header}”这一列。现有：{there}",
    )


def key_of(draft: Draft) -> tuple[str, ...]:
    """The fields that tell rows apart: the record's usual ones, where they are mapped and no two rows of the sample
    that differ share them; of a record type that a package brings its first needed one. None where the whole row is
    the key."""
    kinds = RECORDS[draft.record].kinds()
    needed = [name for name, kind in kinds.items() if kind.need == "R"]
    mapped = fields_of(draft.record, (*(proposal.field for proposal in draft.taken), *draft.constants))
    usual = tuple(name for name in KEYS.get(draft.record, needed[:1]) if name in mapped)
    of_persons = any(isinstance(kinds[name], Identity) for name in usual)  # Who stands there twice is one person.
    return usual if of_persons or not _share_a_key(draft, usual) else ()


def _share_a_key(draft: Draft, key: tuple[str, ...]) -> bool:
    """Whether rows of the sample that differ have one key. A row whose key is blank has none."""
    cells = {column.header: column.cells for column in reversed(draft.found.columns)}
    taken = [proposal for proposal in draft.taken if proposal.header in cells]
    rows = set(zip(*(cells[proposal.header] for proposal in taken), strict=True))
    at = [number for number, proposal in enumerate(taken) if proposal.field in key]
    keys = [tuple(row[number] for number in at) for row in rows]
    keyed = [one for one in keys if any(one) or not at]
    return len(set(keyed)) < len(keyed)


def spell_plugin(draft: Draft) -> str:
    """The plugin.toml, commented in both languages."""
    return "\n".join([*_head(draft), *_stream(draft)]) + "\n"


def _head(draft: Draft) -> Iterator[str]:
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


def _stream(draft: Draft) -> Iterator[str]:
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
        yield f"{name} = {STATED if isinstance(constant, Stated) else f'{{ constant = {_text(constant)} }}'}"


def _entry(proposal: Proposal) -> str:
    header = _text(proposal.header)
    if not proposal.reading:
        return header
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


def spell_lock(draft: Draft) -> str:
    """The mapping.lock: which header became which field, on what evidence, confirmed by whom."""
    lines = ["# tiersync 生成：表头对应关系及依据。Written by tiersync: headers, fields and the evidence for them.", ""]
    taken = {proposal.header for proposal in draft.taken}
    cells = draft.found.rows.cells
    named = zip(draft.found.headers, unique(cells), cells, strict=True)
    beside = [name for header, name, cell in named if (cell or "").strip() and header not in taken]
    lines += ["# 没有字段使用的列；以后有增减会提示。Columns that no field takes; what comes or goes later is said."]
    lines += [f"beside = [{', '.join(map(_text, beside))}]", ""]
    for proposal in draft.taken:
        lines += [
            "[[column]]",
            f"header = {_text(proposal.header)}",
            f"field = {_text(proposal.field)}",
            f"evidence = {_text(evidence_of(proposal))}",
            f"confirmed = {_text(draft.confirmed.get(proposal.field, 'inference'))}",
            "",
        ]
    return "\n".join(lines)


def evidence_of(proposal: Proposal) -> str:
    """Why a column is taken for a field, in a few words that name nobody."""
    return evidence_in(proposal)[0]


def evidence_in(proposal: Proposal) -> tuple[str, str]:
    """The same in English and in Chinese."""
    en, zh = NAMED[proposal.strength]
    return f"{en}; {proposal.fits:.0%} of the cells fit", f"{zh}，{proposal.fits:.0%} 的内容相符"
