"""Header inference: which column of a source nobody has mapped yet is which field, on what evidence, and what to ask.

A mapping is taken only where name and cells agree, and one column alone claims the field. Everything else is a
question: a wrong mapping counts wrong people for a year before anybody looks.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from tiersync.model.lexicon import Lexicon
from tiersync.model.records.field import FieldKind
from tiersync.model.records.figure_column import kinds_with
from tiersync.model.records.kinds import BIRTH, Code, Day, FreeText, Identity, is_number_needed
from tiersync.model.records.record import RECORDS
from tiersync.model.spoken import DEPARTED, REGISTERS
from tiersync.plugins.drafting.inference.contents import (
    Contents,
    has_checksums,
    judge,
    judge_days,
    judge_dims,
    judge_text,
)
from tiersync.plugins.drafting.inference.naming import Strength, named
from tiersync.plugins.rows.fill_down import DITTO
from tiersync.plugins.values.gone import words_seen
from tiersync.plugins.values.ticks import says_yes, word_of
from tiersync.plugins.values.unit_names import UnitNames

SURE = 0.8  # the share of a column's cells that must be what the field holds
SAMPLES = 3
FEWEST_WORDS = 2  # that differ
SISTERS = {"kind": ("category", "campaign"), "category": ("kind", "campaign")}  # fields with headers much alike
UNITS = ("residence_unit", "unit")  # One for all rows is found without a column.


class Column(NamedTuple):
    """A header and the cells below it; empty cells are None. Of equal headers each has a number that it did not `say`
    itself."""

    header: str
    cells: Sequence[str | None]
    said: str = ""

    @property
    def filled(self) -> list[str]:
        """What stands in the cells; 〃 says nothing itself."""
        return [cell for cell in self.cells if cell and cell.strip() and not re.match(DITTO, cell)]


class Proposal(NamedTuple):
    """A header for a field, and why: how plainly it is named, the share of cells that fit, how they are read."""

    field: str
    header: str
    strength: Strength
    fits: float
    reading: Mapping[str, object]
    strange: tuple[str, ...]
    samples: tuple[str, ...]

    @property
    def headers(self) -> tuple[str, ...]:
        """All the columns that it takes: one, or those that people tick."""
        ticks = self.reading.get("ticks")
        return tuple(ticks) if isinstance(ticks, dict) else (self.header,)

    @property
    def is_sure(self) -> bool:
        return self.strength >= Strength.NEAR and self.fits >= SURE


class Question(NamedTuple):
    """What only a person can say: which of several columns a field is, or what to do without one."""

    field: str
    why: Literal["several", "unsure", "missing", "speaks", "ticks", "measure"]
    choices: tuple[Proposal, ...]


class Inferred(NamedTuple):
    """The columns that are taken, what has to be asked, and the headers that nobody takes."""

    taken: tuple[Proposal, ...]
    questions: tuple[Question, ...]
    left: tuple[str, ...]


def infer(
    record: str, columns: Sequence[Column], lexicon: Lexicon, units: UnitNames, ticks: Sequence[Proposal] = ()
) -> Inferred:
    """What `columns` are, for a record type. `units` are those that may be named, `ticks` are the fields that several
    columns tick."""
    spoken_for = {header for proposal in ticks for header in proposal.headers}
    rest = [column for column in columns if column.header not in spoken_for]
    proposals = [*ticks, *(one for column in rest for one in propose(record, column, lexicon, units))]
    taken: list[Proposal] = []
    questions: list[Question] = []
    for field, kind in RECORDS[record].kinds().items():
        claims = [proposal for proposal in proposals if proposal.field == field]
        _decide(field, kind, claims, taken, questions)
    taken, more = _one_field_each(taken)
    spoken_for = {header for proposal in taken for header in proposal.headers}
    left = tuple(column.header for column in columns if column.header.strip() and column.header not in spoken_for)
    return Inferred(tuple(taken), (*questions, *more), left)


def propose(record: str, column: Column, lexicon: Lexicon, units: UnitNames) -> Iterator[Proposal]:
    """The fields that one column may be. A header may name the field of one list of codes (活动类别, its kind), and the
    cells hold the words of another's (文艺, 体育: its category)."""
    for name, strength in named(column.said or column.header, record, lexicon):
        proposal = proposal_of(record, name, strength, column, lexicon, units)
        others = [] if proposal.fits >= SURE else list(_by_words(record, name, column, lexicon, units))
        yield from others if len(others) == 1 else [proposal]


def _by_words(record: str, field: str, column: Column, lexicon: Lexicon, units: UnitNames) -> Iterator[Proposal]:
    """The fields of other lists of codes of which nearly all cells are words, and not one and the same word."""
    kinds = RECORDS[record].kinds()
    if field not in SISTERS or len({*column.filled}) < FEWEST_WORDS:
        return
    for name in SISTERS[field]:
        if name in kinds and (found := proposal_of(record, name, Strength.NEAR, column, lexicon, units)).fits >= SURE:
            yield found


def proposal_of(
    record: str, field: str, strength: Strength, column: Column, lexicon: Lexicon, units: UnitNames
) -> Proposal:
    """What it would be to take a column for a field."""
    filled = column.filled
    kind = kinds_with(record, [field])[field]
    if code := asked_departure(record, field, kind, column, lexicon):
        ticks = {"ticks": {column.header: code}}
        return Proposal(field, column.header, strength, 1.0, ticks, (), samples_of(filled))
    if isinstance(kind, Day) and filled:
        said = judge_days(filled, happened=record not in REGISTERS and field != BIRTH)
    else:
        said = contents_of(field, kind, filled, lexicon, units)
    return Proposal(field, column.header, strength, said.fits, said.reading, said.strange, samples_of(filled))


def asked_departure(record: str, field: str, kind: FieldKind, column: Column, lexicon: Lexicon) -> str:
    """What a yes means in a column that asks who died or left (是否去世, 已故) and answers yes or no alone; '' for any
    other."""
    header = column.said or column.header
    said = [*words_seen((header,))]
    if field != DEPARTED.get(record, ("",))[0] or not said or not isinstance(kind, Code) or not column.filled:
        return ""
    if any(says_yes(cell, header) is None for cell in column.filled):
        return ""
    words = lexicon.words.get(kind.codes, {})
    return words.get(word_of(header)) or words.get(said[0]) or ""


def contents_of(name: str, kind: FieldKind, filled: Sequence[str], lexicon: Lexicon, units: UnitNames) -> Contents:
    """What a column's cells say about one field."""
    if isinstance(kind, FreeText) and name == "dims":
        return judge_dims(filled, lexicon.indicators)
    if isinstance(kind, FreeText):
        return judge_text(name, filled)
    said = judge(kind, filled, lexicon, units)
    if isinstance(kind, Identity) and filled and not has_checksums(filled):
        return said._replace(fits=min(said.fits, SURE / 2))
    return said


def samples_of(filled: Sequence[str]) -> tuple[str, ...]:
    """A few different cells."""
    return tuple(dict.fromkeys(filled))[:SAMPLES]


def _decide(
    field: str, kind: FieldKind, claims: Sequence[Proposal], taken: list[Proposal], questions: list[Question]
) -> None:
    """Take the one sure claim of a field; ask where there are several, or where the only ones are in doubt."""
    best = max((claim.strength for claim in claims if claim.is_sure), default=None)
    sure = [claim for claim in claims if claim.is_sure and claim.strength == best]
    if len(sure) == 1:
        taken.append(sure[0])
    elif sure:
        questions.append(Question(field, "several", tuple(sure)))
    if sure:
        return
    needed = kind.need == "R" or is_number_needed(kind, [*(proposal.field for proposal in taken), *UNITS])
    if claims and (needed or _is_worth_asking(claims)):
        questions.append(Question(field, "unsure", tuple(claims)))
    elif needed:
        questions.append(Question(field, "missing", ()))


def _is_worth_asking(claims: Sequence[Proposal]) -> bool:
    """A field that is not needed is not asked for when its name merely stands in some header."""
    return any(claim.strength > Strength.WEAK for claim in claims)


def _one_field_each(taken: Sequence[Proposal]) -> tuple[list[Proposal], list[Question]]:
    """No column is two fields: the plainest claim keeps it, of equal ones a person chooses."""
    by_header: dict[str, list[Proposal]] = {}
    for proposal in taken:
        by_header.setdefault(proposal.header, []).append(proposal)
    kept, asked = [], []
    for claims in by_header.values():
        best = max(claim.strength for claim in claims)
        first = [claim for claim in claims if claim.strength == best]
        kept += first if len(first) == 1 else []
        asked += [Question(claim.field, "unsure", (claim,)) for claim in first if len(first) > 1]
    return kept, asked
