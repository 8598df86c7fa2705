"""Money below a title that says 万元: in what a column is counted whose header says nothing is asked, never taken."""

import re
from collections.abc import Iterable, Mapping

from tiersync.errors import NeedsAnswers
from tiersync.model.records.figure_column import kinds_with
from tiersync.model.records.kinds import Number
from tiersync.plugins.drafting.found_table import FoundTable
from tiersync.plugins.drafting.inference.infer import Proposal
from tiersync.plugins.rows.headers import title_of
from tiersync.plugins.values.approximate import money_times, names_measure, times_stated

OWN = re.compile("[万亿元]")  # A cell that says it itself is meant by no title.


def unmeasured(record: str, taken: Iterable[Proposal], found: FoundTable) -> tuple[Proposal, ...]:
    """The columns of money of which the title says that they are of 万元, and their own headers nothing."""
    if times_stated(title_of(found.titles)) == 1:
        return ()
    filled = {column.header: column.filled for column in found.columns}
    money = (one for one in taken if isinstance(kinds_with(record, [one.field])[one.field], Number))
    return tuple(
        one for one in money
        if "times" not in one.reading and not names_measure(one.header)
        and any(not OWN.search(cell) for cell in filled.get(one.header, ()))
    )  # fmt: skip


def with_measures(taken: Iterable[Proposal], said: Mapping[str, str]) -> tuple[Proposal, ...]:
    """The columns with what somebody `said` that they are counted in, by field: 元 or 万元. Raises NeedsAnswers for
    what is no measure of money, and for a field that no column is taken for."""
    columns = {one.field: one for one in taken}
    for field, measure in said.items():
        times = money_times(measure)
        if field not in columns:
            raise NeedsAnswers(each_en=f"- --measure {field}: no column is taken for it",
                               each_zh=f"- --measure {field}：没有为它取用任何一列")  # fmt: skip
        if not times:
            raise NeedsAnswers(each_en=f"- --measure {field}={measure}: say 元 or 万元",
                               each_zh=f"- --measure {field}={measure}：请写元或万元")  # fmt: skip
        columns[field] = columns[field]._replace(reading={**columns[field].reading, "times": times})
    return tuple(columns.values())
