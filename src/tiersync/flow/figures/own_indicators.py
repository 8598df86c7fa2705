"""Counting the indicators that plugin packages bring: for this node to look at, in no report."""

from collections.abc import Sequence
from datetime import datetime

import polars as pl

from tiersync.flow.counting.counting import records_of
from tiersync.flow.reading_node import ReadingNode
from tiersync.model.catalogue import Catalogue
from tiersync.model.form import Form
from tiersync.model.indicator import Indicator
from tiersync.model.period import Period
from tiersync.plugins.hookspecs import RecordType
from tiersync.rules.counting.aggregate import aggregate
from tiersync.store.links.charters import load_keyring

KEYS = ("indicator", "breakdown", "measure")
FORM = "packages"


def enlarged(catalogue: Catalogue, indicators: Sequence[Indicator], records: Sequence[RecordType]) -> Catalogue:
    """The catalogue with `indicators` beside its own, and what `records` bring to count them by."""
    given = {name: getattr(catalogue, name) for name in Catalogue.model_fields}
    codes = {name: codes for record in records for name, codes in record.codes.items()}
    new = [dim for record in records for dim in record.dimensions if dim.code not in catalogue.by_dimension]
    return Catalogue.model_construct(
        **given
        | {
            "codes": codes | catalogue.codes,
            "dimensions": (*catalogue.dimensions, *new),
            "indicators": (*catalogue.indicators, *indicators),
        }
    )


def count_own(
    node: ReadingNode, catalogue: Catalogue, codes: Sequence[str], period: Period, now: datetime
) -> pl.DataFrame:
    """What the records of this node make of these indicators of `catalogue`, over all units that it answers for.

    Columns: indicator, breakdown, measure, value (whole numbers of 10**-scale, none where no unit has one), scale.
    """
    with node.store.read() as db:
        answered = load_keyring(db).answered_by(node.home, catalogue.tree.on(period.last_day))
    form = Form(
        code=FORM, zh="插件包指标", en="Indicators of packages", period=period.kind,
        entries={code: catalogue.by_code[code].entered for code in codes},
    )  # fmt: skip
    records = records_of(node, now, (period,))
    cells = aggregate(catalogue, form, period, answered, records.frames, records.sources)
    held = pl.col("value").is_not_null().any()
    summed = pl.when(held).then(pl.col("value").sum()).alias("value")
    return cells.group_by(KEYS, maintain_order=True).agg(summed, pl.col("scale").first())
