"""The activity: an event, training, publication or award."""

from datetime import date
from typing import Annotated

from tiersync.model.records.field import Record
from tiersync.model.records.kinds import Code, Count, Day, FreeText, UnitRef


class Activity(Record):
    """What an office or its partners held, trained or published; times of day are not kept. Of several days, such as
    5.12-5.13, `start_at` is the first; what is known to the month only began on its first day.

    Where a list has no number of its own, an activity is known by its whole row.

    Left out, since no indicator asks for them: title and venue (free text that may name persons), organisers by
    name, counting method, volunteers, cost, days, evidence. Left out until lists inside a row can be read: printed
    materials (A03) and awards (R01), which are declared figures so far.
    """

    activity_id: Annotated[str | None, FreeText("活动编号", "C", "P0", 24)] = None
    kind: Annotated[str, Code("类别", "R", "P0", "ACT_KIND")]
    unit: Annotated[str, UnitRef("主办单位所在", "R", "P0", own=True)]
    start_at: Annotated[date, Day("开始时间", "R", "P0")]
    end_at: Annotated[date | None, Day("结束时间", "O", "P0", not_before="start_at", ends=True)] = None
    category: Annotated[str | None, Code("内容", "C", "P0", "ACT_CATEGORY")] = None
    campaign: Annotated[str | None, Code("主题活动", "C", "P0", "CAMPAIGN")] = None
    organiser_kind: Annotated[str | None, Code("主办方类型", "C", "P0", "ORGANISER")] = None
    sessions: Annotated[int | None, Count("场次", "C", "P0", least=1)] = 1
    participants_total: Annotated[int | None, Count("参与人次", "C", "P0")] = None
    participants_senior: Annotated[int | None, Count("老年人参与人次", "C", "P0", at_most="participants_total")] = None
    items: Annotated[int | None, Count("数量", "C", "P0")] = None
    item_unit: Annotated[str | None, Code("数量单位", "C", "P0", "ITEM_UNIT")] = None
    outlet: Annotated[str | None, FreeText("媒体名称", "C", "P0", 64)] = None
    outlet_level: Annotated[str | None, Code("媒体层级", "C", "P0", "OUTLET_LEVEL")] = None
    outlet_kind: Annotated[str | None, Code("媒体类型", "C", "P0", "OUTLET")] = None
    trainees: Annotated[int | None, Count("参训人数", "C", "P0")] = None
    certified: Annotated[int | None, Count("取证人数", "C", "P0", at_most="trainees")] = None
