"""The senior: one person of the register."""

from datetime import date
from typing import Annotated

from pydantic import Field

from tiersync.model.records.field import Record
from tiersync.model.records.kinds import Code, Codes, Day, FreeText, Identity, UnitRef


class Senior(Record):
    """A person aged 60 or over, or soon to be, in the register of the unit where they live.

    Name, address and phone are read so that a refused row can be told apart by its office; no snapshot holds them.
    Left out, since no indicator, check or reconciliation asks for them: contacts, grid, ethnicity, marriage,
    education, children, pensions, medical insurance, disability, illnesses, care and family doctor. Left out, since
    the columns beside them say it: id_check (flags and the quarantine), moved_to and merged_into (life_status).
    Left out until a source has them: dates of birth known to the year only (birth_precision), how and when ability was
    assessed. A birth known to the month is its first day, which is right for ages on the last day of a month. A sound
    identity number makes `birth_date` and `sex` on arrival, whatever their columns say; who has no paper (id_kind 990,
    or neither kind nor number) is known by name, birth date, sex and unit.
    """

    id_kind: Annotated[str | None, Code("证件类型", "C", "P1", "ID_KIND")] = None
    name: Annotated[str | None, FreeText("姓名", "C", "P2", 64)] = None
    sex: Annotated[str | None, Code("性别", "C", "P1", "SEX")] = None
    birth_date: Annotated[date | None, Day("出生日期", "C", "P1", past=True)] = None
    residence_unit: Annotated[str, UnitRef("常住地", "R", "P1")]
    id_number: Annotated[
        str | None,
        Identity("公民身份号码", "C", "P3", kind_in="id_kind", instead=("name", "birth_date", "sex", "residence_unit")),
    ] = Field(default=None, validate_default=True)
    hukou_unit: Annotated[str | None, UnitRef("户籍所在地", "C", "P1")] = None
    hukou_kind: Annotated[str | None, Code("户口性质", "C", "P1", "HUKOU")] = None
    address: Annotated[str | None, FreeText("详细地址", "O", "P2", 128)] = None
    phone: Annotated[str | None, FreeText("联系电话", "O", "P2", 20)] = None
    living_arrangement: Annotated[str | None, Code("居住情况", "C", "P1", "LIVING")] = None
    hardship_kind: Annotated[str | None, Codes("困难类别", "C", "P3", "HARDSHIP", kept=True)] = None
    ability_level: Annotated[str | None, Code("能力等级", "C", "P3", "ABILITY", kept=True)] = None
    visit_frequency: Annotated[str | None, Code("走访频次", "C", "P1", "VISIT_FREQ")] = None
    talent_tags: Annotated[str | None, Codes("特长", "O", "P1", "TALENT")] = None
    life_status: Annotated[str | None, Code("生存状态", "C", "P1", "LIFE")] = "1"
    status_date: Annotated[date | None, Day("状态日期", "C", "P1", past=True)] = None
    moved_in_on: Annotated[date | None, Day("迁入日期", "O", "P1", past=True)] = None
    file_opened_on: Annotated[date | None, Day("建档日期", "C", "P0", past=True)] = None
    file_verified_on: Annotated[date | None, Day("核实日期", "C", "P0", past=True)] = None
