"""The period of a sample's figures, where the file's name, its sheet or its title states it."""

from pathlib import Path

from tiersync.plugins.drafting.found_table import FoundTable
from tiersync.plugins.drafting.inference.infer import Inferred
from tiersync.plugins.rows.headers import title_of
from tiersync.rules.calendar.period_stated import period_stated

STATED = "{ stated = true }  # 取自文件名、工作表名或标题 / what the file's name, sheet or title states"


class StatedPeriod(str):
    """A value that a file states for all its rows, as the sample does."""


def fill_period(record: str, inferred: Inferred, found: FoundTable, file: Path) -> dict[str, str]:
    """The period of figures that no column gives, where the sample states one."""
    if record != "figure" or not any(one.field == "period" and one.why == "missing" for one in inferred.questions):
        return {}
    period = period_stated(" ".join((file.name, found.table.sheet, title_of(found.titles))))
    return {"period": StatedPeriod(period)} if period else {}
