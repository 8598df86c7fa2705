"""What is taken of a sample once somebody has answered: columns, constants, and what single words mean."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from tiersync.errors import NeedsAnswers, UnknownName
from tiersync.model.lexicon import Lexicon, plain
from tiersync.model.records.figure_column import fields_of, is_column
from tiersync.model.records.kinds import Code, Codes, UnitRef, is_number_needed
from tiersync.model.records.record import RECORDS
from tiersync.plugins.drafting.found_table import FoundTable
from tiersync.plugins.drafting.inference.figure_table import is_declared
from tiersync.plugins.drafting.inference.infer import Column, Inferred, Proposal, proposal_of
from tiersync.plugins.drafting.inference.infer_remarks import day_beside, remarks_of
from tiersync.plugins.drafting.inference.naming import Strength
from tiersync.plugins.folder.stream import LABELS
from tiersync.plugins.rows.headers import lowest_of
from tiersync.plugins.values.ticks import says_yes
from tiersync.plugins.values.unit_names import UnitNames, plain_name


class Meaning(NamedTuple):
    """What somebody says a word of a field means: a code, or a word for one."""

    field: str
    word: str
    code: str


def choose(
    found: FoundTable,
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
    by_plain = _by_spelling(columns)
    chosen = {proposal.field: proposal for proposal in inferred.taken if proposal.field not in {*wanted, *fixed}}
    for field in (*wanted, *fixed):
        if is_column(record, field) and not is_declared(field, lexicon.indicators):
            raise UnknownName(what="indicator", name=field, hint="See: tiersync catalogue show")
        if field not in RECORDS[record].model_fields and not is_column(record, field):
            raise UnknownName(what="field", name=field, hint=f"There are: {', '.join(RECORDS[record].model_fields)}")
    for field, header in wanted.items():
        if header in LABELS:
            reading = {"lookup": "units"} if isinstance(RECORDS[record].kinds()[field], UnitRef) else {}
            chosen[field] = Proposal(field, header, Strength.EXACT, 1.0, reading, (), ())
            continue
        if header and plain(header) not in by_plain:
            raise _no_column(header, columns)
        if header:
            column = columns[by_plain[plain(header)]]
            plainly = proposal_of(record, field, Strength.EXACT, column, lexicon, units)
            chosen[field] = _ticking(inferred, field, column.header) or remarks_of(record, plainly, lexicon)
    chosen |= {one.field: one for one in day_beside(record, chosen) if one.field not in {*wanted, *fixed}}
    mine = {chosen[field].header for field, header in wanted.items() if header}
    mine -= {*LABELS}
    kept = [p for name, p in chosen.items() if name in wanted or _is_day(p) or not mine & {*p.headers}]
    order = [*RECORDS[record].model_fields, *chosen]
    return tuple(sorted(kept, key=lambda proposal: order.index(proposal.field)))


def _by_spelling(columns: Iterable[str]) -> dict[str, str]:
    """The headers by how they are spelled plainly, and joined ones by their lowest word where no other has that."""
    headers = [*columns]
    lowest = [(lowest_of(plain(header)), header) for header in headers]
    single = {word: header for word, header in lowest if word and [one for one, _ in lowest].count(word) == 1}
    return single | {plain(header): header for header in headers}


def _is_day(proposal: Proposal) -> bool:
    """Whether it is the date that remarks tell beside what they say."""
    return proposal.reading.get("parse") == "remark"


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


def _ticking(inferred: Inferred, field: str, header: str) -> Proposal | None:
    """The columns that tick a field, where somebody was asked about them."""
    asked = (one for question in inferred.questions if question.why == "ticks" for one in question.choices)
    return next((one for one in asked if one.field == field and header in one.headers), None)


def implied(record: str, taken: Iterable[Proposal], fixed: Mapping[str, str]) -> dict[str, str]:
    """What is said of every row without a column for it: payments of which each has its day were paid."""
    mapped = {proposal.field for proposal in taken}
    is_paid = record == "benefit" and fixed.get("kind") == "payment" and "paid_on" in mapped
    return {"pay_result": "paid"} if is_paid and "pay_result" not in {*mapped, *fixed} else {}


def code_of(record: str, field: str, said: str, lexicon: Lexicon) -> str:
    """The code of a field that a word means, or the word itself where it is none of its list."""
    kind = RECORDS[record].kinds().get(field)
    words = lexicon.words.get(kind.codes, {}) if isinstance(kind, Code | Codes) else {}
    return words.get(plain_name(said).lower(), said)


def with_meanings(
    record: str, taken: Sequence[Proposal], said: Sequence[Meaning], found: FoundTable, lexicon: Lexicon
) -> tuple[Proposal, ...]:
    """The columns with what single words mean. Raises NeedsAnswers for a field that no column is taken for, or whose
    words mean nothing."""
    chosen = {proposal.field: proposal for proposal in taken}
    for field, word, meant in said:
        kind = RECORDS[record].kinds().get(field)
        code = code_of(record, field, meant, lexicon)
        if field not in chosen or not isinstance(kind, Code | Codes):
            raise NeedsAnswers(each_en=f"- --value {field}: no column of words is taken for it",
                               each_zh=f"- --value {field}：没有为它取用含文字的列")  # fmt: skip
        if code not in lexicon.words.get(kind.codes, {}).values():
            raise NeedsAnswers(each_en=f"- --value {field}:{word}={meant}: there is no such code",
                               each_zh=f"- --value {field}:{word}={meant}：没有这个代码")  # fmt: skip
        chosen[field] = _in_words(chosen[field], found, {word: code})
    return tuple(chosen.values())


def _in_words(proposal: Proposal, found: FoundTable, more: Mapping[str, str]) -> Proposal:
    """A column read by its words, with more of them; of ticks each yes is one."""
    words = proposal.reading.get("values", {})
    known = dict(words) if isinstance(words, dict) else {}
    ticks = proposal.reading.get("ticks")
    if isinstance(ticks, dict):
        cells = {column.header: column.filled for column in found.columns}
        known = {cell.strip(): code for header, code in ticks.items() for cell in cells.get(header, ())
                 if says_yes(cell, header)}  # fmt: skip
    rest = {name: value for name, value in proposal.reading.items() if name not in ("ticks", "values")}
    strange = tuple(word for word in proposal.strange if word not in more)
    return proposal._replace(reading={**rest, "values": known | dict(more)}, strange=strange)
