"""The figure: a value that somebody declares because no record underlies it."""

from decimal import Decimal
from typing import Annotated

from tiersync.model.records.field import Record
from tiersync.model.records.kinds import Code, FreeText, Number, PeriodRef, UnitRef


class Figure(Record):
    """One declared value of an indicator, a unit and a period; `dims` is `dim=code;dim=code`, none for the total.

    The code list INDICATOR is the catalogue's own indicators. An approximate value says how by
    `qualifier`, or gives its bounds itself. One that was told the public or another office (`value_role` published) is
    in no cell, and is compared with the counted figure. Left out: what cells and reports already say (basis, status,
    checks, explanation, proof, version), and the printed scale: how wide 左右 is, the value's last digit above zero
    tells.
    """

    figure_id: Annotated[str | None, FreeText("数据编号", "C", "P0", 64)] = None
    indicator: Annotated[str, Code("指标", "R", "P0", "INDICATOR")]
    unit: Annotated[str, UnitRef("统计单位", "R", "P0", own=True)]
    period: Annotated[str, PeriodRef("统计期", "R", "P0")]
    dims: Annotated[str | None, FreeText("分组", "C", "P0", 128)] = None
    value: Annotated[Decimal | None, Number("数值", "C", "P0", 4, signed=True)] = None
    value_low: Annotated[Decimal | None, Number("下限", "O", "P0", 4, signed=True, at_most="value")] = None
    value_high: Annotated[Decimal | None, Number("上限", "O", "P0", 4, signed=True, at_least="value")] = None
    qualifier: Annotated[str | None, Code("约数", "C", "P0", "QUALIFIER")] = None
    value_role: Annotated[str | None, Code("性质", "C", "P0", "ROLE")] = None
    null_reason: Annotated[str | None, Code("空值原因", "C", "P0", "NULL_REASON")] = None
