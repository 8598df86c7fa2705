"""What looks like personal data is found before it is sealed, and never repeated."""

from contextlib import suppress
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from tiersync.errors import BadSource
from tiersync.model.identity import check_character
from tiersync.rules.screening import file_text
from tiersync.rules.screening.screen import KINDS, Hit, screen, screen_bytes

BODY = "37990019500101001"  # 3799 is no region, so this is nobody's number.
ABROAD = "99" + BODY[2:]
NUMBER = BODY + check_character(BODY)
MOBILE = "13800001234"
WIDE = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")


def kinds(text: str) -> list[str]:
    return [hit.kind for hit in screen(text)]


def file_kinds(data: bytes, name: str = "附件") -> set[str]:
    return {hit.kind for hit in screen_bytes(name, data)}


def zipped(**members: str | bytes) -> bytes:
    """An archive of these members; `__` in a name stands for a slash and `_` for a point."""
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return packed.getvalue()


def workbook(*rows: list[object]) -> bytes:
    packed = BytesIO()
    with xlsxwriter.Workbook(packed, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for place, row in enumerate(rows):
            sheet.write_row(place, 0, row)
    return packed.getvalue()


def document(body: str) -> bytes:
    return zipped(word__document_xml=f'<w:document xmlns:w="w"><w:body>{body}</w:body></w:document>')


def table_row(*cells: str) -> str:
    filled = (
        f"<w:tc><w:p><w:r><w:t>{cell}</w:t></w:r></w:p></w:tc>" if cell else "<w:tc><w:p/></w:tc>" for cell in cells
    )
    return f"<w:tr>{''.join(filled)}</w:tr>"


@pytest.mark.parametrize(
    "written",
    [
        NUMBER,
        f"身份证号：{NUMBER}。",
        f"{NUMBER[:6]} {NUMBER[6:14]} {NUMBER[14:]}",
        f"{NUMBER[:6]}-{NUMBER[6:14]}-{NUMBER[14:]}",
        " ".join(NUMBER),
        NUMBER.translate(WIDE),
        f"{NUMBER[:6]}　{NUMBER[6:]}",
        f"编号 12 {NUMBER[:6]} {NUMBER[6:14]} {NUMBER[14:]} 34",
    ],
)
def test_an_identity_number_is_found_however_it_is_written(written: str) -> None:
    assert kinds(written) == ["identity"]


def test_a_check_character_x_is_found_in_either_case() -> None:
    body = next(b for n in range(100) if check_character(b := f"379900195001010{n:02}") == "X")
    assert kinds(body + "x") == kinds(body + " X") == kinds((body + "X").translate(WIDE)) == ["identity"]


@pytest.mark.parametrize(
    "figure",
    [
        BODY + ("0" if NUMBER[-1] != "0" else "1"),  # The check character is wrong.
        ABROAD + check_character(ABROAD),
        "9" + NUMBER,
        NUMBER + "7",
        "379900199913010019",
        "2013-12-31 第三季度 890000 人",
        "371402000000 371402001000",
        "91371400MA3C12345X",
        "2,100,600.00 元",
        "890000 424242 465758 132001 212332",
    ],
)
def test_a_figure_is_not_taken_for_a_person(figure: str) -> None:
    assert kinds(figure) == []


@pytest.mark.parametrize(
    "written",
    [
        MOBILE,
        "138 0000 1234",
        "138-0000-1234",
        "1380-000-1234",
        "+86 138-0000-1234",
        "86" + MOBILE,
        f"电话{MOBILE}转",
        MOBILE.translate(WIDE),
    ],
)
def test_a_mobile_number_is_found_however_it_is_written(written: str) -> None:
    assert kinds(written) == ["mobile"]


@pytest.mark.parametrize(
    "figure",
    [
        "12800001234",
        "0534-2612345",
        "138000012345",
        f"{MOBILE}.50",
        "1.13800001234",
        "138 0000-1234",
        "12 138 0000 1234",
        "138-0000-1234-5",
    ],
)
def test_a_number_of_another_shape_is_no_mobile(figure: str) -> None:
    assert kinds(figure) == []


@pytest.mark.parametrize(
    "heading",
    [
        "姓名,身份证号,住址",
        "序号\t老人姓名\t性别\t公民身份号码",
        "姓 名，证件号码",
        "序号 姓名 身份证号",
        '"姓名","家庭住址"',
        "name;id_number",
        "| 姓名 | 身份证号码 |",
    ],
)
def test_the_headings_of_a_roster_are_found(heading: str) -> None:
    assert kinds(heading) == ["roster"]


@pytest.mark.parametrize(
    "line",
    [
        "申请人应如实填写姓名、身份证号和住址。",
        "姓名，身份证号，住址等须如实填写。",
        "姓名,,身份证号,",
        "姓名\t职务\t联系电话",
        "单位,P02,P05",
        "Give your name and address to the office.",
    ],
)
def test_a_policy_that_speaks_of_names_and_a_form_to_fill_in_are_no_rosters(line: str) -> None:
    assert kinds(line) == []


def test_a_hit_names_the_line_and_never_the_number() -> None:
    (hit,) = screen(f"关于走访慰问的通知\n\n联系人：{MOBILE}\n")
    assert hit == Hit("mobile", "line 3")
    assert list(screen(f"{NUMBER} {MOBILE}\n{NUMBER}")) == [
        Hit("identity", "line 1"),
        Hit("mobile", "line 1"),
        Hit("identity", "line 2"),
    ]


def test_every_kind_has_a_name_in_both_languages() -> None:
    assert all(zh and en for zh, en in KINDS.values())


@given(st.text())
def test_a_planted_number_is_found_in_any_text(text: str) -> None:
    assert "identity" in kinds(f"{text}、{NUMBER}、{text}")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le"])
def test_a_file_of_any_usual_encoding_is_read(encoding: str) -> None:
    assert file_kinds(f"德城区\n姓名,身份证号\n张某,{NUMBER}\n".encode(encoding)) >= {"identity", "roster"}


def test_numbers_are_found_in_text_of_the_other_byte_order() -> None:
    assert file_kinds(f"联系人 {MOBILE}".encode("utf-16-be")) == {"mobile"}


def test_an_old_document_with_text_at_an_odd_place_is_read() -> None:
    assert file_kinds(b"\xd0\xcf\x11\xe0\0\0\x01" + f"、{MOBILE}、".encode("utf-16-le")) == {"mobile"}


def test_a_number_across_two_blocks_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_text, "BLOCK", 16)
    monkeypatch.setattr(file_text, "LONGEST_LINE", 32)
    for before in range(48):
        assert file_kinds(b"." * before + f"、{NUMBER}、".encode() + b"." * 200) == {"identity"}


def test_a_number_in_a_files_name_is_found_and_not_repeated() -> None:
    hits = list(screen_bytes(f"{NUMBER}.txt", f"电话 {MOBILE}".encode()))
    assert [hit.kind for hit in hits] == ["identity", "mobile"]
    assert not any(NUMBER in hit.place for hit in hits)


def test_a_workbook_is_read_by_the_row() -> None:
    roster = workbook(["某街道名册"], ["姓名", "身份证号"], ["张某", NUMBER], ["李某", int(MOBILE)])
    assert file_kinds(roster) == {"identity", "mobile", "roster"}
    places = [hit.place for hit in screen_bytes("名册.xlsx", roster) if hit.kind == "roster"]
    assert places == ["名册.xlsx xl/worksheets/sheet1.xml line 2"]


def test_a_workbook_of_figures_and_a_blank_form_are_clean() -> None:
    assert file_kinds(workbook(["单位", "60岁及以上"], ["德城区", 890000])) == set()
    assert file_kinds(workbook(["姓名", "", "身份证号", ""])) == set()


def test_a_document_is_read_through_its_markup() -> None:
    runs = "".join(f"<w:r><w:rPr/><w:t>{piece}</w:t></w:r>" for piece in (MOBILE[:4], MOBILE[4:7], MOBILE[7:]))
    assert file_kinds(document(f"<w:p>{runs}</w:p>")) == {"mobile"}
    assert file_kinds(document(f"<w:tbl>{table_row('姓名', '身份证号')}</w:tbl>")) == {"roster"}
    assert file_kinds(document(f"<w:tbl>{table_row('姓名', '', '身份证号', '')}</w:tbl>")) == set()
    assert file_kinds(document("<w:p><w:t>&#49;3800001234</w:t></w:p>")) == {"mobile"}


def test_what_is_packed_inside_an_archive_is_read() -> None:
    inner = zipped(list_txt=NUMBER)
    assert file_kinds(zipped(papers_zip=inner, plan_txt="工作方案")) == {"identity"}


def test_a_member_named_after_a_person_is_found_and_not_repeated() -> None:
    hits = list(screen_bytes("材料.zip", zipped(**{f"{NUMBER}_txt": MOBILE})))
    assert [hit.kind for hit in hits] == ["identity", "mobile"]
    assert not any(NUMBER in hit.place for hit in hits)


def test_an_archive_far_larger_inside_than_out_is_refused_before_it_is_unpacked() -> None:
    with pytest.raises(BadSource, match="larger inside"):
        file_kinds(zipped(bomb_txt=b"0" * 2**24))


def test_an_archive_that_unpacks_to_more_than_anybody_sends_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_text, "LARGEST_INSIDE", 1000)
    with pytest.raises(BadSource, match="larger inside"):
        file_kinds(zipped(plan_txt="." * 1001))


def test_an_archive_that_claims_to_be_small_inside_is_refused() -> None:
    bomb, size = zipped(bomb_txt=b"0" * 2**24), (2**24).to_bytes(4, "little")
    with pytest.raises(BadSource, match="broken"):
        file_kinds(bomb.replace(size, (1000).to_bytes(4, "little")))


def test_an_archive_of_too_many_members_is_refused() -> None:
    with pytest.raises(BadSource, match="larger inside"):
        file_kinds(zipped(**{f"n{n}": "" for n in range(file_text.MOST_MEMBERS + 1)}))


def test_archives_in_archives_are_opened_only_so_deep() -> None:
    packed = zipped(list_txt=NUMBER)
    for _ in range(file_text.DEEPEST):
        packed = zipped(more_zip=packed)
    with pytest.raises(BadSource, match="too deep"):
        file_kinds(packed)


def test_a_locked_and_a_broken_archive_are_refused() -> None:
    whole = zipped(list_txt=NUMBER)
    at = whole.index(b"PK\x01\x02") + 8
    with pytest.raises(BadSource, match="password"):
        file_kinds(whole[:at] + b"\x01" + whole[at + 1 :])
    with pytest.raises(BadSource, match="broken"):
        file_kinds(whole[:40])


@given(st.binary(max_size=400))
def test_no_bytes_are_too_odd_to_be_looked_into(data: bytes) -> None:
    with suppress(BadSource):
        assert file_kinds(data) <= set(KINDS)
