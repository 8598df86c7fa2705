"""Findings about rows of a stream: how many, and where the first few of them stand; closed when they are gone.

They stay at this node. None tells a key or a value: whoever may see the source looks there.
"""

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

import polars as pl

from tiersync.flow.agreement.looked import keep_look
from tiersync.flow.agreement.noticed import OF_STREAM
from tiersync.flow.node import Node
from tiersync.model.finding import Finding, Reason
from tiersync.rules.rows.merged import PLACES
from tiersync.store.database import Connection

REASONS = (
    "unlike_records", "listed_twice", "paid_twice", "paid_after_death", "outside_band", "two_bands", "sum_differs",
)  # fmt: skip
MOST, LONGEST = 6, 60  # rows that are named, and characters that name them


class OddRows(NamedTuple):
    """What is odd about some rows of a stream, of how many persons, keys or payments, and the places of the rows."""

    reason: Reason
    how_many: int
    places: pl.DataFrame


def keep_odd_rows(db: Connection, node: Node, stream: tuple[str, str], odd: OddRows, now: datetime) -> None:
    """Open, renew or close the finding about rows of a stream, which is told by its name and its plugin's unit."""
    name, unit = stream
    finding = Finding(
        level="source", reason=odd.reason, node=node.home, unit=unit, breakdown=name, sent=str(odd.how_many),
        held=places_in_short(odd.places) if odd.how_many else "",
    )  # fmt: skip
    keep_look(db, node, lambda one: one.subject == finding.subject, [finding] if odd.how_many else [], now)


def close_gone(db: Connection, node: Node, known: Iterable[str], now: datetime) -> None:
    """Close the findings about streams that are not there any more."""
    names = set(known)
    keep_look(db, node, lambda one: one.reason in (*REASONS, *OF_STREAM) and one.breakdown not in names, [], now)


def places_in_short(places: pl.DataFrame) -> str:
    """The first few places: `7月.csv 3, 9; 8月.csv 2`, with the sheet where a file has several."""
    rows = places.select(PLACES).head(MOST).rows()
    files = groupby(rows, key=lambda row: " ".join(filter(None, row[:2])))
    text = "; ".join(f"{file} {', '.join(str(row[2]) for row in some)}".strip() for file, some in files)
    is_all = places.height <= MOST and len(text) <= LONGEST
    return text if is_all else f"{text[:LONGEST]}…"
