"""The benefit: an application, entitlement, payment, card, policy or claim of one person."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from tiersync.model.records.field import Record
from tiersync.model.records.kinds import Code, Day, FreeText, Identity, Month, Number, PeriodRef, UnitRef


class Benefit(Record):
    """One step of one person's allowance, aid, insurance or card; it counts for the office that handles it.

    `birth_date` and `sex` are made of the identity number on arrival; columns of them, and the name, are for whoever
    has no paper (id_kind 990). `recovered` (above 0) and `net_amount` are made of the amount, for gross, recovered and
    net side by side: the day on which money came back is `paid_on`. An entitlement is on the roll while it is active,
    or until its `stop_month`. Left out: bank account and card number (nobody counts them), the rule's paper and the age
    on its date, rate and period of the rate (no figure is made of them), agents, dates of review.
    """

    id_kind: Annotated[str | None, Code("证件类型", "C", "P1", "ID_KIND")] = None
    name: Annotated[str | None, FreeText("姓名", "O", "P2", 64)] = None
    sex: Annotated[str | None, Code("性别", "O", "P1", "SEX")] = None
    birth_date: Annotated[date | None, Day("出生日期", "O", "P1", past=True)] = None
    unit: Annotated[str, UnitRef("经办单位", "R", "P0", own=True)]
    id_number: Annotated[
        str | None,
        Identity("公民身份号码", "C", "P3", kind_in="id_kind", instead=("name", "birth_date", "sex", "unit")),
    ] = Field(default=None, validate_default=True)
    benefit_id: Annotated[str | None, FreeText("待遇编号", "C", "P0", 64)] = None
    kind: Annotated[str, Code("业务", "R", "P0", "BEN_KIND")]
    scheme: Annotated[str, Code("项目", "R", "P0", "SCHEME")]
    applied_on: Annotated[date | None, Day("申请日期", "C", "P1")] = None
    decision: Annotated[str | None, Code("审核结果", "C", "P1", "DECISION")] = None
    decided_on: Annotated[date | None, Day("审核日期", "C", "P1")] = None
    start_month: Annotated[date | None, Month("起发月", "C", "P1")] = None
    stop_month: Annotated[date | None, Month("停发月", "C", "P1")] = None
    stop_reason: Annotated[str | None, Code("停发原因", "C", "P1", "STOP")] = None
    period: Annotated[str | None, PeriodRef("所属期", "C", "P0")] = None
    amount: Annotated[
        Decimal | None, Number("金额", "C", "P3", 2, signed_if=("kind", "recovery"), kept=True)
    ] = None  # fmt: skip
    paid_on: Annotated[date | None, Day("发放日期", "C", "P1")] = None
    pay_result: Annotated[str | None, Code("发放结果", "C", "P1", "PAY")] = None
    funding_level: Annotated[str | None, Code("资金层级", "C", "P0", "FUNDING")] = None
    claim_kind: Annotated[str | None, Code("赔付类别", "C", "P3", "CLAIM", kept=True)] = None
    status: Annotated[str | None, Code("状态", "C", "P1", "BEN_STATUS")] = "active"
