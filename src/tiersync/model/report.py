"""Reports: a form's cells for one unit, one period and one part, in one numbered revision that never changes."""

from functools import cached_property
from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from tiersync.model.adjustment import UNADJUSTED, Adjustments
from tiersync.model.canonical import Value, canonical, digest
from tiersync.model.cell import Cells
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
