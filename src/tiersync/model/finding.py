"""Findings: something a rule or a reconciliation noticed; verdicts and requests: what follows from one."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from tiersync.model.canonical import Value
from tiersync.model.report import Digest
from tiersync.model.unit import UnitCode

MOST_CELLS = 500  # that one verdict names; whoever means more means the report.

Level = Literal["transport", "holdings", "cells", "arithmetic", "link", "source", "published"]

Reason = Literal[
    "missing_child", "late", "returned", "revision_behind", "in_transit", "sent_not_held", "held_not_sent",
    "altered",
    "catalogue_differs", "duplicate_person", "unit_moved", "adjustment", "rounding", "unallocated",
    "key_changed", "two_revisions", "restored", "two_places", "plugin_failed", "headers_changed", "column_speaks",
    "rows_vanished", "sum_differs", "unit_gone", "time_left", "few_rows", "not_alive", "closed_since", "not_entering",
    "unlike_records", "listed_twice", "paid_twice", "paid_after_death",
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


class Verdict(Value):
    """What a node above says about an envelope it got: `accepted`, `returned` to be filed anew until `due_on`, or
    `refused` finally.

    Of a report it names the `revision` that it is about and the `cells` that are meant. `reasons` are sentences; of a
    refusal the first is the code that programs know.
    """

    kind: Literal["verdict"] = "verdict"
    to: UnitCode
    envelope: str = Field(max_length=36)
    verdict: Literal["accepted", "returned", "refused"]
    reasons: tuple[Annotated[str, Field(min_length=1, max_length=500)], ...] = Field(default=(), max_length=20)
    revision: Digest | None = None
    cells: tuple[CellNamed, ...] = Field(default=(), max_length=MOST_CELLS)
    due_on: date | None = None


class Request(Value):
    """What one node asks of another about a report: `correct`, `exempt` (going up), `send_again` (going down)."""

    kind: Literal["request"] = "request"
    to: UnitCode
    asks: Literal["correct", "exempt", "send_again"]
    form: str = Field(default="", max_length=40)
    period: str = Field(default="", max_length=8)
    text: str = Field(default="", max_length=500)
