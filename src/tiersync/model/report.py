"""Reports: a form's cells for one unit, one period and one part, in one numbered revision that never changes."""

from collections.abc import Iterable
from functools import cached_property
from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from tiersync.model.adjustment import UNADJUSTED, Adjustment, Adjustments
from tiersync.model.canonical import Value, canonical, digest
from tiersync.model.cell import CellKey, Cells, Exact, Measure
from tiersync.model.form import FormCode
from tiersync.model.limits import FromOne, Small
from tiersync.model.period import Period
from tiersync.model.unit import UnitCode

Part = Literal["own", "total"]
MOST_RECORDS = 64  # types, those of packages among them
RecordName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,15}$")]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class ReportKey(NamedTuple):
    """Which report, whatever its revision."""

    form: str
    unit: str
    period: str
    part: str


class Rank(NamedTuple):
    """What orders the revisions of one report: changes of its filer, that one's epoch, the revision number."""

    tenure: int
    epoch: int
    revision: int


class PartNamed(Value):
    """A part that a total added, named so that anybody can add it again."""

    unit: UnitCode
    part: Part
    tenure: Small
    epoch: FromOne
    revision: FromOne
    digest: Digest
    accepted: bool = False


class Explanation(Value):
    """Why a figure that a soft rule asked about is right all the same."""

    rule: str
    indicator: str
    text: str = Field(min_length=6, max_length=500)


MOST_CORRECTIONS = 500  # of one total


class Correction(Value):
    """What the office of a total adds to it, or takes off, because of one revision below: in its own name, with its
    reason. It lapses when that revision is replaced."""

    unit: UnitCode
    part: Part
    revision: Digest
    indicator: str = Field(max_length=8)
    breakdown: str = Field(default="", max_length=128)
    measure: Measure = "value"
    value: Exact
    scale: Small
    text: str = Field(min_length=1, max_length=500)

    @property
    def row(self) -> Adjustment:
        """The same as a row of the adjustments."""
        return Adjustment(self.indicator, self.breakdown, self.measure, "correction", self.value, self.scale)


class Report(Value):
    """The body of a report. The filer's epoch stands in the envelope's head, so that a body can be sealed again.

    `waiting` is how many rows wait in quarantine, by record type: they are in no cell, and in no digest. Parts and
    adjustments are those of a total: together they are its cells.
    """

    kind: Literal["report"] = "report"
    form: FormCode
    unit: UnitCode
    period: Period
    part: Part
    tenure: Small
    revision: FromOne
    catalogue: FromOne
    cells: Cells
    parts: tuple[PartNamed, ...] = ()
    adjustments: Adjustments = UNADJUSTED
    corrections: tuple[Correction, ...] = Field(
        default=(), max_length=MOST_CORRECTIONS, exclude_if=lambda corrections: not corrections
    )
    explanations: tuple[Explanation, ...] = ()
    snapshots: tuple[Digest, ...] = ()
    waiting: dict[RecordName, Small] = Field(default={}, max_length=MOST_RECORDS)
    reason: Literal["first", "changed", "part_revised", "waiting", "recovered"] = "first"
    replaces: Digest | None = None
    nil: bool = False
    prepared_by: str = Field(default="", max_length=32)
    reviewed_by: str = Field(default="", max_length=32)

    def model_post_init(self, context: object) -> None:
        if self.part != "total" and len(self.adjustments):
            raise ValueError("only a total is adjusted")
        said = tuple(row for row in self.adjustments.rows() if row.reason == "correction")
        if said != tuple(Adjustments.of(added_up(self.corrections)).rows()):
            raise ValueError("corrections that are not those of the adjustments")

    @property
    def key(self) -> ReportKey:
        return ReportKey(self.form, self.unit, str(self.period), self.part)

    @cached_property
    def digest(self) -> str:
        """The revision's digest: its cells, its explanations, and its adjustments when there are any. Acceptance names
        it."""
        said = [e.model_dump(mode="json") for e in self.explanations]
        adjusted = [self.adjustments.model_dump(mode="json")] if len(self.adjustments) else []
        return digest(canonical([self.cells.digest, said, *adjusted]))


def added_up(corrections: Iterable[Correction]) -> list[Adjustment]:
    """One row for each cell that is corrected, in the finest of the scales; none where it comes to nothing."""
    of_cell: dict[CellKey, list[Adjustment]] = {}
    for one in corrections:
        of_cell.setdefault(one.row.key, []).append(one.row)
    rows = []
    for same in of_cell.values():
        scale = max(row.scale for row in same)
        value = sum(row.value * 10 ** (scale - row.scale) for row in same)
        rows += [same[0]._replace(value=value, scale=scale)] if value else []
    return rows


def spell_revision(digest: str, tenure: int, number: int) -> str:
    """A revision of a report in one word. Its epoch is not in it: under another seal it says the same."""
    return f"{digest} {tenure}.{number}"
