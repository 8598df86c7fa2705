"""Parts beyond their total (V01): of what somebody declared, for what is counted adds up."""

from collections.abc import Iterator
from typing import NamedTuple

import polars as pl

from tiersync.model.catalogue import Catalogue
from tiersync.model.cell import Cell
from tiersync.model.text import Text
from tiersync.rules.agreement.difference import decimal_text
from tiersync.rules.totals.gathered import OF_CELLS
from tiersync.rules.totals.unallocated import Rest, rests

RULE = "V01"


class Beyond(NamedTuple):
    """A report in which the parts of a partition come to more than its total."""

    unit: str
    part: str
    rest: Rest

    def difference(self) -> str:
        return decimal_text(-self.rest.left, self.rest.scale)

    def words(self, catalogue: Catalogue) -> Text:
        total, parts = self.rest.said
        named = catalogue.by_code[self.rest.whole.indicator]
        dims = [catalogue.by_dimension[dim] for dim in self.rest.dims]
        by_zh, by_en = "、".join(dim.zh for dim in dims), ", ".join(dim.en for dim in dims)
        apart = self.difference()
        return Text(
            f"{named.zh}按{by_zh}分组之和 {parts} 应不大于总数 {total}，相差 {apart}",
            f"{named.en} by {by_en}, together {parts}, should be at most its total {total}; the difference is {apart}",
        )


def beyond_total(catalogue: Catalogue, cells: pl.DataFrame) -> Iterator[Beyond]:
    """The declared partitions that exceed their total, of every report in a frame of cells (unit, part, OF_CELLS)."""
    declared = cells.filter(pl.col("basis") == "declared").select("unit", "part", "indicator").unique()
    about = cells.join(declared, on=["unit", "part", "indicator"], how="semi", maintain_order="left")
    for (unit, part), rows in about.partition_by("unit", "part", as_dict=True, maintain_order=True).items():
        held = [Cell(*row) for row in rows.select(*OF_CELLS).iter_rows()]
        yield from (Beyond(unit, part, rest) for rest in rests(catalogue, held) if rest.is_exceeded)
