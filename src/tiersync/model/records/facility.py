"""The facility: a home, day-care centre, canteen, university or room for seniors."""

from datetime import date
from typing import Annotated

from tiersync.model.records.field import Record
from tiersync.model.records.kinds import Code, Count, Day, FreeText, UnitRef


class Facility(Record):
    """A place that serves seniors, or is being built to.

    Where a list has no number of its own, a facility is known by its unit and name.

    Left out, since no indicator asks for them: address, credit code, filing, operator, staff, grade, area, medical
    mode. Left out until lists inside a row can be read: users by ability (part of F04) and grants (F06, F07), which
    are declared figures so far.
    """

    facility_id: Annotated[str | None, FreeText("设施编号", "C", "P0", 24)] = None
    name: Annotated[str | None, FreeText("名称", "C", "P0", 128)] = None
    facility_type: Annotated[str, Code("类型", "R", "P0", "FACILITY")]
    unit: Annotated[str, UnitRef("所在单位", "R", "P0", own=True)]
    ownership: Annotated[str | None, Code("性质", "C", "P0", "OWNERSHIP")] = None
    legal_form: Annotated[str | None, Code("登记类型", "C", "P0", "FAC_LEGAL")] = None
    opened_on: Annotated[date | None, Day("启用日期", "C", "P0")] = None
    beds: Annotated[int | None, Count("床位数", "C", "P0")] = None
    beds_nursing: Annotated[int | None, Count("护理型床位", "O", "P0", at_most="beds")] = None
    users: Annotated[int | None, Count("在院(在校)人数", "C", "P0")] = None
    project_stage: Annotated[str | None, Code("建设阶段", "C", "P0", "STAGE")] = "none"
    status: Annotated[str | None, Code("状态", "C", "P0", "ORG_STATUS")] = "active"
    status_date: Annotated[date | None, Day("状态日期", "C", "P0", past=True)] = None
