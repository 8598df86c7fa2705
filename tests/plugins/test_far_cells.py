"""A workbook that its reader could not hold is refused before it is read; what nobody reads is in nobody's way."""

import struct
from io import BytesIO
from itertools import islice
from pathlib import Path
from zipfile import ZipFile

import pytest
from xlsxwriter import Workbook as NewWorkbook

from tests.plugins.folders import EXCEL, read_here, write_plugin
from tests.plugins.odd_files import LAST_COLUMN, LAST_ROW, PEOPLE, ROWS, changed, many_letters
from tiersync.errors import BadSource
from tiersync.plugins.kinds.books.far_cells import NO_CELLS
from tiersync.plugins.kinds.books.sheet_faults import SOUND, Amiss, SheetLook
from tiersync.plugins.kinds.books.workbook import Workbook
from tiersync.plugins.kinds.file_kind import FileKind


def book(hidden: bool = True) -> bytes:
    """The register, and a sheet with something far from everything."""
    out = BytesIO()
    with NewWorkbook(out) as made:
        people, other = made.add_worksheet("花名册"), made.add_worksheet("旧")
        for row, cells in enumerate(ROWS):
            people.write_row(row, 0, cells)
        other.write_string(LAST_ROW, LAST_COLUMN, "x")
        if hidden:
            other.hide()
    return out.getvalue()


def moved(content: bytes, part: str, to: str) -> bytes:
    """A workbook of which one part stands elsewhere, as it says itself; another stands in its place."""
    out = BytesIO()
    with ZipFile(BytesIO(content)) as sound, ZipFile(out, "w") as copy:
        for name in sound.namelist():
            said = sound.read(name)
            if name == part:
                copy.writestr(name, NO_CELLS)
            copy.writestr(to if name == part else name, said.replace(part[3:].encode(), to[3:].encode()))
    return out.getvalue()


def read(folder: Path, content: bytes, sheet: str = "") -> list[str]:
    plugin = write_plugin(folder, EXCEL + (f'\nsheet = "{sheet}"' if sheet else ""))
    (folder / "a.xlsx").write_bytes(content)
    return read_here(plugin)[0]["name"].to_list()


def test_a_far_cell_on_a_sheet_that_nobody_reads_is_in_nobodys_way(tmp_path: Path) -> None:
    names = [person[0] for person in PEOPLE]
    assert read(tmp_path, book()) == names
    assert read(tmp_path, book(hidden=False), "花名册") == names


@pytest.mark.parametrize(("hidden", "sheet"), [(True, "旧"), (False, "")])
def test_a_far_cell_on_a_sheet_that_is_read_is_named_with_its_sheet(tmp_path: Path, hidden: bool, sheet: str) -> None:
    with pytest.raises(BadSource) as error:
        read(tmp_path, book(hidden), sheet)
    assert error.value.say("zh").startswith("a.xlsx 旧：远离表格的单元格 XFD1048576 中有内容")


@pytest.mark.parametrize("cell", [b"><v></v>", b' t="str"><v></v>', b' t="inlineStr"><is><t></t></is>'])
def test_a_far_cell_that_holds_an_empty_text_is_blank(tmp_path: Path, cell: bytes) -> None:
    far = b'<row r="1048576"><c r="XFD1048576"' + cell + b"</c></row></sheetData>"
    assert read(tmp_path, changed(b"</sheetData>", far)) == [person[0] for person in PEOPLE]


def test_a_workbook_that_unpacks_to_more_than_its_directory_says_is_refused(tmp_path: Path) -> None:
    content = bytearray(many_letters())
    at = content.rindex(b"xl/sharedStrings.xml") - 46
    struct.pack_into("<I", content, at + 24, 1000)
    with pytest.raises(BadSource, match=r"a\.xlsx: unpacked it is too large"):
        read(tmp_path, bytes(content))


FAR = b'<row r="5"><c r="XFD5" t="inlineStr"><is><t>x</t></is></c></row>'


def test_a_far_cell_is_seen_wherever_pieces_of_its_sheet_end() -> None:
    sheet = "<row r='1'><c r='A1'><v>社</v></c></row>".encode() + FAR
    for end in range(len(sheet)):
        look = SheetLook()
        for piece in (sheet[:end], sheet[end:]):
            look.at(piece)
        assert look.end().spreads, end


def test_cells_of_two_kinds_are_counted_together_where_neither_fills_every_row() -> None:
    look, cells = SheetLook(), (b"<v>1</v>", b"<is><t>x</t></is>")
    rows = (
        b'<row r="%d"><c r="A%d">%s</c></row>' % (number, number, cells[number % 2]) for number in range(1, 200_001)
    )
    while piece := b"".join(islice(rows, 20_000)):
        look.at(piece)
    assert not look.end().spreads


TWO = '<row r="2"><c r="A2"><v>1</v></c></row>'


@pytest.mark.parametrize("sheet", [TWO.encode("utf-16"), TWO.encode("utf-16-le"), b" " * 2**20])
def test_a_sheet_of_which_nothing_can_be_told_so_fast_is_taken_apart(sheet: bytes) -> None:
    look = SheetLook()
    look.at(sheet)
    assert look.end() == Amiss(spreads=True, failed=False, rounded=True)


FIRST = b'<row r="1"><c r="A1"><v>1</v></c></row>'


@pytest.mark.parametrize(
    "sheet",
    [
        FIRST + b'<row r="1048576"><c r="A1048576" t="str"><f>x + row 1</f><v>5</v></c></row>',
        FIRST + b'<row r="1048576"><c r="A1048576" t="str"><v xml:space="preserve"> 5</v></c></row>',
        FIRST + b'<row\n r="1048576"><c\n r="A1048576"><v>5</v></c></row>',
        FIRST + b'<row r = "5"><c r = "XFD5"><v>5</v></c></row>',
        FIRST + b'<row r="5"><c r="xfd5"><v>5</v></c></row>',
        b'<row><c r="A1"><v>1</v></c></row><row><c r="ZZ1048576"><v>5</v></c></row>',
        FIRST + b'<row r="2"><c r="ZZ1048576"><v>5</v></c></row>',
        FIRST + b'<row r="2"><c r="A1048576"><v>5</v></c></row>',
        b'<row r="1048576"><c r="A1048576"><v>5</v></c></row>' + FIRST,
    ],
)
def test_a_far_cell_is_seen_however_its_row_is_written(sheet: bytes) -> None:
    look = SheetLook()
    look.at(sheet)
    assert look.end().spreads


def test_a_far_cell_in_a_near_row_is_named(tmp_path: Path) -> None:
    far = b'<row r="2000"><c r="ZZ1048576" t="str"><v>x</v></c></row></sheetData>'
    with pytest.raises(BadSource, match="ZZ1048576"):
        read(tmp_path, changed(b"</sheetData>", far))


def test_a_far_cell_in_small_letters_is_named(tmp_path: Path) -> None:
    far = b'<row r="1048576"><c r="xfd1048576" t="str"><v>x</v></c></row></sheetData>'
    with pytest.raises(BadSource, match="xfd1048576"):
        read(tmp_path, changed(b"</sheetData>", far))


def rounded(*pieces: bytes) -> bool:
    look = SheetLook()
    for piece in pieces:
        look.at(piece)
    return look.end().rounded


@pytest.mark.parametrize(
    "cell",
    [
        b"<c><v>3799011931</v></c>",
        b"<c><v>123456789012345</v></c>",
        b"<c><v>0.30000000000000004</v></c>",
        b'<c t="str"><f>A1</f><v>employee</v></c>',
        b'<c t="inlineStr"><is><t>379901193105210044</t></is></c>',
        b'<c s="1"/>',
    ],
)
def test_a_number_of_fifteen_digits_keeps_them_and_a_text_any(cell: bytes) -> None:
    assert not rounded(b'<row r="1">' + cell + b"</row>")


@pytest.mark.parametrize(
    "cell",
    [
        b"<c><v>379901193105210044</v></c>",
        b"<c><v>-1000000000000000</v></c>",
        b"<c><v>999999999999999.99</v></c>",
        b"<x:c><x:v>3.79901193105210E+17</x:v></x:c>",
        b"<c><v>1e15</v></c>",
        b'<c><v a=">">379901193105210044</v></c>',
        b"<c><v> 379901193105210044</v></c>",
        b"<c><v>379901193&#49;05210044</v></c>",
        b"<c><v>379901193<!-- </ -->105210044</v></c>",
        b"<c><v>379901193<![CDATA[105210044]]></v></c>",
    ],
)
def test_a_number_that_may_have_lost_digits_is_seen_wherever_pieces_of_its_sheet_end(cell: bytes) -> None:
    sheet = b'<row r="1"><c r="A1"/>' + cell + b"</row>"
    for end in range(len(sheet)):
        assert rounded(sheet[:end], sheet[end:]), end


def test_a_last_piece_without_a_whole_tag_is_nothing_amiss() -> None:
    look = SheetLook()
    look.at(FIRST + b"</sheetDa")
    look.at(b"ta>")
    assert look.end() == SOUND


def numbers_of(content: bytes) -> bool:
    """Whether the numbers of the register are read beside its texts."""
    return not Workbook(content, "a.xlsx", FileKind.ZIPPED).numbers("花名册").is_empty()


LONG = b'<row r="9"><c r="A9"><v>379901193105210044</v></c></row></sheetData>'


def test_numbers_are_read_only_of_a_workbook_that_has_a_long_one() -> None:
    assert not numbers_of(changed(b"</sheetData>", LONG.replace(b"105210044", b"")))
    assert numbers_of(changed(b"</sheetData>", LONG))


def test_numbers_are_read_of_a_sheet_that_stands_where_nobody_looked() -> None:
    content = moved(changed(b"</sheetData>", LONG), "xl/worksheets/sheet1.xml", "xl/others/sheet1.xml")
    assert numbers_of(content)


UNPLACED = """<row><c t="str"><v>测四</v></c><c t="str"><v> </v></c><c t="s"><v>7</v></c><c t="s"><v>8</v></c>
<c t="s"><v>9</v></c></row><row r="1048576"><c r="XFD1048576"><v></v></c></row></sheetData>"""


def test_a_blank_cell_that_names_no_place_keeps_the_others_where_they_are(tmp_path: Path) -> None:
    plugin = write_plugin(tmp_path, EXCEL)
    (tmp_path / "a.xlsx").write_bytes(changed(b"</sheetData>", UNPLACED.encode()))
    frame, *_ = read_here(plugin)
    places = frame.columns[2:-1]
    assert frame.row(3)[:2] == ("测四", None)
    assert frame.select(places).row(3) == frame.select(places).row(2)
