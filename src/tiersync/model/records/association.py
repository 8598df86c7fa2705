"""The seniors' association of a community, street, county or city."""

from datetime import date
from typing import Annotated

from tiersync.model.records.field import Record
from tiersync.model.records.kinds import Code, Codes, Count, Day, FreeText, UnitRef


class Association(Record):
    """A self-run body of seniors. `standardised` is made on arrival: all seven items are met. One founded in a month of
    which no day is said was founded on its first.

    Where a list has no number of its own, an association is known by its unit and name.

    Left out, since no indicator asks for them: numbers and dates of filing and charter, officers, contact phone,
    premises, funds, services taken on, stars.
    """

    assoc_id: Annotated[str | None, FreeText("协会编号", "C", "P0", 20)] = None
    name: Annotated[str | None, FreeText("名称", "C", "P0", 128)] = None
    unit: Annotated[str, UnitRef("所在单位", "R", "P0", own=True)]
    assoc_level: Annotated[str | None, Code("层级", "C", "P0", "LEVEL")] = None
    legal_form: Annotated[str | None, Code("登记情况", "C", "P0", "LEGAL_FORM")] = None
    established_on: Annotated[date | None, Day("成立日期", "C", "P0")] = None
    members_total: Annotated[int | None, Count("会员数", "C", "P0")] = None
    members_female: Annotated[int | None, Count("女会员数", "O", "P0", at_most="members_total")] = None
    members_senior: Annotated[int | None, Count("60岁以上会员数", "O", "P0", at_most="members_total")] = None
    standard_items: Annotated[str | None, Codes("规范化项目", "O", "P0", "STD_ITEM")] = None
    status: Annotated[str | None, Code("状态", "C", "P0", "ORG_STATUS")] = "active"
    status_date: Annotated[date | None, Day("状态日期", "C", "P0", past=True)] = None
