"""Headers are found however they are spelled, and never taken for what they do not mean."""

import pytest

from tiersync.errors import BadSource
from tiersync.plugins.folder.stream import MappedField
from tiersync.plugins.rows.header_rows import find_mapped
from tiersync.plugins.rows.headers import read_header

FIELDS = {
    "name": MappedField(headers=("姓名",)),
    "id_number": MappedField(headers=("身份证号", "公民身份号码")),
    "amount": MappedField(headers=("金额(元)",)),
    "kind": MappedField(constant="payment"),
}


def columns(*cells: str | None) -> dict[str, str]:
    return dict(read_header(cells, FIELDS, "a.csv").columns)


def why_not(*cells: str | None) -> str:
    with pytest.raises(BadSource) as error:
        read_header(cells, FIELDS, "a.csv")
    return error.value.say("en") + error.value.say("zh")


@pytest.mark.parametrize("spelled", [
    "身份证号", " 身份证号 ", "身份\n证号", "*身份证号", "身份证号（必填）", "【必填】身份证号", "身 份 证 号",
    "身份证号：", "＊身份证号(18位)", "公民身份号码",
])  # fmt: skip
def test_the_identity_column_is_known_as(spelled: str) -> None:
    assert columns("姓名", spelled, "金额（元）")["id_number"] == spelled.strip()


def test_order_does_not_matter_and_unknown_columns_are_told() -> None:
    header = read_header(("备注", "金额(元)", None, "姓名", "身份证号", "备注"), FIELDS, "a.csv")
    assert header.columns == {"name": "姓名", "id_number": "身份证号", "amount": "金额(元)"}
    assert header.names == ("备注", "金额(元)", "第3列", "姓名", "身份证号", "备注_2")
    assert header.unknown == ("备注", "备注_2")


def test_another_measure_is_another_column() -> None:
    assert "no column is headed 金额(元); there are: 姓名、身份证号、金额(万元)" in why_not(
        "姓名", "身份证号", "金额（万元）"
    )
    assert "金额(元)" in why_not("姓名", "身份证号", "金额")


def test_a_measure_that_the_mapping_does_not_name_is_not_passed_over() -> None:
    fields = {"amount": MappedField(headers=("金额",))}
    assert read_header(("金额(合计数)",), fields, "a.csv").columns == {"amount": "金额(合计数)"}
    with pytest.raises(BadSource, match="no column is headed 金额"):
        read_header(("金额(万元)",), fields, "a.csv")


def test_missing_columns_are_named_with_what_is_there() -> None:
    assert "缺少列：身份证号/公民身份号码；现有列：姓名、金额(元)、住址" in why_not("姓名", "金额(元)", "住址")


def test_a_row_that_is_no_header_is_not_shown() -> None:
    assert "测一" not in why_not("测一", "379901193102030018", "300")
    assert "no header row was found" in why_not("测一", "379901193102030018", "300")


def test_a_doubled_column_is_a_question_not_a_guess() -> None:
    assert "2 columns could be the name: 姓名、姓名" in why_not("姓名", "姓 名", "身份证号", "金额(元)")
    assert "could be the id_number: 公民身份号码、身份证号" in why_not("姓名", "公民身份号码", "身份证号", "金额(元)")


def test_the_plainly_spelled_column_is_preferred_to_a_hinted_one() -> None:
    assert columns("姓名(曾用)", "姓名", "身份证号", "金额(元)")["name"] == "姓名"


def test_a_column_that_one_field_names_is_not_lent_to_another() -> None:
    fields = {"name": MappedField(headers=("姓名",)), "phone": MappedField(headers=("姓名(联系人)",))}
    with pytest.raises(BadSource, match="no column is headed 姓名"):
        read_header(("姓名(联系人)", "x"), fields, "a.csv")


def test_the_header_row_is_the_one_with_most_headers() -> None:
    rows = [["2013年度发放表", None, None], [None, None, None], ["姓名", "身份证号", "金额(元)"], ["姓名", "x", "3"]]
    assert find_mapped(rows, FIELDS) == (2, 2, ("姓名", "身份证号", "金额(元)"), 3)
    assert find_mapped([], FIELDS).shown == 0
