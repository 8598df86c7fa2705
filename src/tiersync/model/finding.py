"""Findings: something a rule or a reconciliation noticed; verdicts and requests: what is said about a report."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from tiersync.model.canonical import Value
from tiersync.model.form import FormCode, unsaid
from tiersync.model.limits import Small
from tiersync.model.period import Period
from tiersync.model.report import Digest, Part, spell_revision
from tiersync.model.unit import UnitCode

MOST_CELLS = 500  # that one verdict names; whoever means more means the report.
MOST_REPORTS = 2_000  # that one verdict is about; a district has 1,038 communities.

Level = Literal["transport", "holdings", "cells", "arithmetic", "link", "source", "published"]

Reason = Literal[
    "missing_child", "late", "returned", "revision_behind", "in_transit", "sent_not_held", "held_not_sent",
    "altered",
    "catalogue_differs", "duplicate_person", "unit_moved", "adjustment", "rounding", "unallocated",
    "key_changed", "two_revisions", "restored", "two_places", "plugin_failed", "headers_changed", "column_speaks",
    "rows_vanished", "sum_differs", "unit_gone", "time_left", "few_rows", "not_alive", "closed_since", "not_entering",
    "unlike_records", "listed_twice", "paid_twice", "paid_after_death", "outside_band", "two_bands", "after_acceptance",
    "contradicts", "differs_from_declared", "unexplained",
]  # fmt: skip


class Finding(Value):
    """One difference, named so that somebody can settle it: where, what was sealed or sent, what is held.

    `subject` tells equal findings apart, so that the same one is never opened twice; `open` is False when the
    difference is gone. Values are decimal text.
    """

    kind: Literal["finding"] = "finding"
    level: Level
    reason: Reason
    node: UnitCode
    unit: UnitCode
    form: str = Field(default="", max_length=40)
    period: str = Field(default="", max_length=8)
    part: str = Field(default="", max_length=8)
    revision: Digest | None = None
    indicator: str = Field(default="", max_length=8)
    breakdown: str = Field(default="", max_length=128)
    measure: str = Field(default="", max_length=16)
    sent: str = Field(default="", max_length=64)
    held: str = Field(default="", max_length=64)
    open: bool = True

    @property
    def subject(self) -> str:
        parts = (
            self.level, self.reason, self.node, self.unit, self.form, self.period, self.part,
            self.indicator, self.breakdown, self.measure,
        )  # fmt: skip
        return "/".join(parts)


class CellNamed(Value):
    """A cell of a report, by its key."""

    indicator: str = Field(max_length=8)
    breakdown: str = Field(default="", max_length=128)
    measure: str = Field(default="value", max_length=16)


class ReportNamed(Value):
    """A revision of a report that somebody speaks about, by its digest and number: figures that come back are another
    revision. Of a report that nobody has filed yet there is none."""

    form: FormCode
    unit: UnitCode
    period: Period
    part: Part
    revision: Digest | None = None
    tenure: Small = 0
    number: Small = 0

    @property
    def named(self) -> str:
        """The revision in one word, '' where there is none."""
        return spell_revision(self.revision, self.tenure, self.number) if self.revision else ""


Said = Literal[
    "accepted", "returned", "refused", "received", "granted", "declined", "exempted", "locked", "unlocked"
]  # fmt: skip


LOCKS = frozenset({"locked", "unlocked"})  # what any node above the one that filed may say


class Verdict(Value):
    """What a node above says: of an envelope that it is `refused` finally; of `reports` that each is `accepted`,
    `returned` to be filed anew until `due_on`, was `received` too late, may be corrected or filed late (`granted`,
    until `due_on`) or not (`declined`), need not be filed (`exempted`), or may not change (`locked`, `unlocked`).

    It goes to the node that filed them. `envelope` is the one that is refused, or the request that is answered.
    `reasons` are sentences; of a refusal the first is the code that programs know. `cells` are those that are meant of
    what is returned. What is accepted `by_itself` nobody looked at.
    """

    kind: Literal["verdict"] = "verdict"
    to: UnitCode
    envelope: str = Field(max_length=36)
    verdict: Said
    reasons: tuple[Annotated[str, Field(min_length=1, max_length=500)], ...] = Field(default=(), max_length=20)
    revision: Digest | None = None
    cells: tuple[CellNamed, ...] = Field(default=(), max_length=MOST_CELLS)
    due_on: date | None = None
    reports: tuple[ReportNamed, ...] = Field(default=(), max_length=MOST_REPORTS, exclude_if=lambda named: not named)
    by_itself: bool = unsaid(False)

    @property
    def is_of_reports(self) -> bool:
        """Whether it is about reports, and not about an envelope that was refused."""
        return self.verdict != "refused"

    def model_post_init(self, context: object) -> None:
        if self.is_of_reports and not self.reports:
            raise ValueError("a verdict about no report")
        if self.verdict == "returned" and not (self.reasons and self.cells and self.due_on):
            raise ValueError("a report is returned with reasons, cells and a date")


class Request(Value):
    """What one node asks of another about `reports`: to `correct` what was accepted, to `unlock` what was locked, to
    file one `late`, to be `exempt` (all going up); or to `send_again` (going down)."""

    kind: Literal["request"] = "request"
    to: UnitCode
    asks: Literal["correct", "exempt", "send_again", "unlock", "late"]
    form: str = Field(default="", max_length=40)
    period: str = Field(default="", max_length=8)
    text: str = Field(default="", max_length=500)
    reports: tuple[ReportNamed, ...] = Field(default=(), max_length=MOST_REPORTS, exclude_if=lambda named: not named)
