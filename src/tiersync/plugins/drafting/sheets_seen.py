"""The sheets of a sample that show the same columns: what they are called, and what has to be asked about them."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from pydantic import JsonValue

from tiersync.model.records.kinds import UnitRef
from tiersync.model.records.record import RECORDS
from tiersync.model.spoken import DEPARTED
from tiersync.plugins.drafting.inference.infer import SAMPLES, Inferred, Proposal, samples_of
from tiersync.plugins.drafting.inference.naming import Strength
from tiersync.plugins.drafting.samples.sample import Sample
from tiersync.plugins.folder.stream import FILE, SHEET, TITLE, MappedField
from tiersync.plugins.kinds.sheets import speaks, speaks_alone
from tiersync.plugins.rows.header_rows import find_mapped
from tiersync.plugins.rows.headers import title_of
from tiersync.plugins.values.unit_names import UNIT_CODE, UnitNames


class SheetSeen(NamedTuple):
    """A sheet with the columns that are taken: its name, what stands above its headers, and how many rows are below
    them, as far as the sample goes."""

    name: str
    title: str
    rows: int


def sheets_alike(sample: Sample, taken: Sequence[Proposal]) -> list[SheetSeen]:
    """The sheets that a run would read: those that show at least half of the columns taken."""
    if sample.kind != "excel" or not taken:
        return []
    fields = {proposal.field: MappedField(headers=proposal.headers) for proposal in taken}
    found = [(table, find_mapped(table.rows, fields)) for table in sample.tables]
    return [
        SheetSeen(table.sheet, title_of(table.rows[: rows.first]), sum(any(row) for row in table.rows[rows.last + 1 :]))
        for table, rows in found
        if rows.shown * 2 >= len(fields)
    ]


def labels_for_unit(record: str, sample: Sample, sheets: Sequence[SheetSeen], units: UnitNames) -> list[Proposal]:
    """By which labels the unit is known where no column names one: the name of each sheet, its title, or the file's."""
    field = next((name for name, kind in RECORDS[record].kinds().items() if isinstance(kind, UnitRef)
                  and kind.need == "R"), "")  # fmt: skip
    read = [sheet for sheet in sheets if not speaks(sheet.name)]
    said: Mapping[str, Callable[[SheetSeen], str]] = {
        SHEET: lambda sheet: sheet.name, TITLE: lambda sheet: sheet.title, FILE: lambda _: sample.path.name,
    }  # fmt: skip
    found = []
    for label, text_of in said.items():
        texts = [text_of(sheet) for sheet in read] or [sample.path.name] * (label == FILE)
        codes = {units.code_in(text) for text in texts}
        is_one_each = label == FILE or len(codes) == len(read)
        if field and texts and is_one_each and all(map(UNIT_CODE.fullmatch, codes)):
            found.append(Proposal(field, label, Strength.NEAR, 1.0, {"lookup": "units"}, (), samples_of(texts)))
    return found


def is_told_apart(label: str, sheets: Sequence[SheetSeen]) -> bool:
    """Whether a label proves itself: several sheets, each of another unit."""
    return label in (SHEET, TITLE) and sum(not speaks(sheet.name) for sheet in sheets) > 1


def asked_about(sheets: Sequence[SheetSeen], taken: Sequence[Proposal], units: UnitNames) -> list[SheetSeen]:
    """The sheets of which somebody has to say whether they count: those that speak of rows that may not, and of several
    those that are not each called after the unit of its rows."""
    labels = {proposal.header for proposal in taken}
    said = {SHEET: lambda sheet: sheet.name, TITLE: lambda sheet: sheet.title}
    ours = [said[label] for label in said if label in labels]
    plain = {
        sheet for sheet in sheets
        if not speaks(sheet.name) and any(UNIT_CODE.fullmatch(units.code_in(text(sheet))) for text in ours)
    }  # fmt: skip
    if len(sheets) == 1:
        return [sheet for sheet in sheets if speaks_alone(sheet.name)]
    return [sheet for sheet in sheets if sheet not in plain]


def take_labels(inferred: Inferred, labels: Sequence[Proposal], sheets: Sequence[SheetSeen]) -> Inferred:
    """The inference with a label taken for the unit where several sheets prove it, and offered where none does."""
    open_ = [question for question in inferred.questions if question.why == "missing" and labels
             and question.field == labels[0].field]  # fmt: skip
    if not open_:
        return inferred
    rest = tuple(question for question in inferred.questions if question not in open_)
    if is_told_apart(labels[0].header, sheets):
        return inferred._replace(taken=(*inferred.taken, labels[0]), questions=rest)
    return inferred._replace(questions=(*rest, open_[0]._replace(choices=tuple(labels))))


class SheetAnswers(NamedTuple):
    """What somebody said of sheets: which are read, which are not, and the code that all rows of some have."""

    read: tuple[str, ...] = ()
    leave: tuple[str, ...] = ()
    codes: Mapping[str, str] = {}

    @property
    def settings(self) -> dict[str, JsonValue]:
        """The same as settings of a source."""
        named = {"sheets": self.read, "leave": self.leave}
        return {setting: [*names] for setting, names in named.items() if names}

    def status(self, record: str) -> Proposal | None:
        """By each sheet's name, what became of the people in it; None where nobody said."""
        if not self.codes:
            return None
        field, _, active = DEPARTED[record]
        values = {name: self.codes.get(name, active) for name in self.read}
        return Proposal(field, SHEET, Strength.EXACT, 1.0, {"values": values}, (), self.read[:SAMPLES])
