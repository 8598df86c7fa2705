"""The service: a visit, care, legal aid or a petition."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from tiersync.model.records.field import Record
from tiersync.model.records.kinds import Code, Count, Day, FreeText, Identity, Number, UnitRef


class Service(Record):
    """Something done for one senior, or a case of theirs; a visit to several is a row for each.

    `in_time` is made on arrival: done by the day it was due; `birth_date` and `sex` are made of an identity number.
    Columns of them, and the name, are for whoever has no paper (id_kind 990). Left out: the summary of findings and the
    visitor's post (free text about persons), group size, who provided it, satisfaction (no indicator asks for them).
    """

    id_kind: Annotated[str | None, Code("证件类型", "C", "P1", "ID_KIND")] = None
    name: Annotated[str | None, FreeText("姓名", "O", "P2", 64)] = None
    sex: Annotated[str | None, Code("性别", "O", "P1", "SEX")] = None
    birth_date: Annotated[date | None, Day("出生日期", "O", "P1", past=True)] = None
    unit: Annotated[str, UnitRef("发生单位", "R", "P0", own=True)]
    id_number: Annotated[
        str | None,
        Identity("公民身份号码", "O", "P3", kind_in="id_kind", instead=("name", "birth_date", "sex", "unit")),
    ] = None
    service_id: Annotated[str | None, FreeText("服务编号", "C", "P0", 64)] = None
    kind: Annotated[str, Code("类别", "R", "P0", "SVC_KIND")]
    requested_on: Annotated[date | None, Day("受理日期", "C", "P1")] = None
    due_on: Annotated[date | None, Day("应办结日期", "C", "P0", ends=True)] = None
    done_on: Annotated[date | None, Day("完成日期", "C", "P1")] = None
    status: Annotated[str | None, Code("状态", "C", "P1", "CASE")] = None
    visit_kind: Annotated[str | None, Code("走访方式", "C", "P0", "VISIT")] = None
    visit_frequency: Annotated[str | None, Code("频次", "C", "P0", "VISIT_FREQ")] = None
    target_group: Annotated[str | None, Code("对象类别", "C", "P3", "TARGET", kept=True)] = None
    visitor_level: Annotated[str | None, Code("走访层级", "C", "P0", "LEVEL")] = None
    campaign: Annotated[str | None, Code("主题活动", "C", "P0", "CAMPAIGN")] = None
    service_kind: Annotated[str | None, Code("服务项目", "C", "P1", "SVC_ITEM")] = None
    times: Annotated[int | None, Count("次数", "C", "P0", least=1)] = 1
    amount: Annotated[Decimal | None, Number("金额(折款)", "O", "P0", 2)] = None
    in_kind: Annotated[str | None, Code("实物", "O", "P0", "YES_NO")] = None
    relief_kind: Annotated[str | None, Code("减免方式", "C", "P0", "RELIEF")] = None
    fee_kind: Annotated[str | None, Code("费用类别", "C", "P0", "FEE")] = None
    channel: Annotated[str | None, Code("渠道", "C", "P0", "CHANNEL")] = None
    case_kind: Annotated[str | None, Code("事由", "C", "P3", "CASE_KIND", kept=True)] = None
