"""Files as systems and offices write them beside plain workbooks and CSV, each with the same three made-up people."""

import re
import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import Any

from xlsxwriter import Workbook  # type: ignore[import-untyped]
from xlwt import Workbook as OldWorkbook  # type: ignore[import-untyped]
from xlwt import easyxf

from tests.plugins.folders import HEADERS, as_csv, senior

PEOPLE = [senior(serial) for serial in (1, 2, 3)]
ROWS = [HEADERS, *PEOPLE]
LAST_ROW, LAST_COLUMN = 1_048_575, 16_383
SHEET = "xl/worksheets/sheet1.xml"


def book(stray: tuple[int, int, str] | None = None, blank_below: bool = False) -> bytes:
    """A workbook; with a stray cell (row, column, text), or with one formatted blank row below."""
    out = BytesIO()
    with Workbook(out) as made:
        sheet, bordered = made.add_worksheet("花名册"), made.add_format({"border": 1})
        for row, cells in enumerate(ROWS):
            for column, cell in enumerate(cells):
                sheet.write_string(row, column, cell)
        for column in range(len(HEADERS) if blank_below else 0):
            sheet.write_blank(len(ROWS), column, None, bordered)
        if stray:
            sheet.write_string(*stray)
    return out.getvalue()


def formatted(rows: int) -> bytes:
    """A workbook with formatted blank rows below: to write each of their cells would take longer than to read them."""
    sound, number = book(blank_below=True), len(ROWS) + 1
    with zipfile.ZipFile(BytesIO(sound)) as made:
        first = b"<row" + made.read(SHEET).rpartition(b"<row")[2].partition(b"</row>")[0] + b"</row>"
    cells = re.sub(rb'(r="[A-Z]?)%d"' % number, rb'\1{0}"', first).decode()
    more = "".join(cells.format(at) for at in range(number + 1, number + rows))
    return changed(b"</sheetData>", more.encode() + b"</sheetData>", sound=sound)


def changed(pattern: bytes, by: bytes, part: str = SHEET, sound: bytes = b"") -> bytes:
    """A workbook in which something of one part is written otherwise."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(sound or book())) as sound, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as copy:
        for name in sound.namelist():
            said = sound.read(name)
            copy.writestr(name, re.sub(pattern, by, said) if name == part else said)
    return out.getvalue()


def many_letters() -> bytes:
    """A small workbook that is large when it is unpacked."""
    return changed(b"</sst>", b"<si><t>" + b"a" * (420 * 2**20) + b"</t></si></sst>", "xl/sharedStrings.xml")


def archive(*parts: str) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for part in parts:
            made.writestr(part, "x")
    return out.getvalue()


def old_book(formatted: int = 0, stray: tuple[int, int, str] | None = None) -> bytes:
    """A binary workbook, which is what WPS saves under .et, too."""
    out, made = BytesIO(), OldWorkbook()
    sheet: Any = made.add_sheet("花名册")
    bordered = easyxf("borders: left thin")
    for row, cells in enumerate(ROWS):
        for column, cell in enumerate(cells):
            sheet.write(row, column, cell)
    for row in range(len(ROWS), len(ROWS) + formatted):
        sheet.write(row, 0, None, bordered)
    if stray:
        sheet.write(*stray)
    made.save(out)
    return out.getvalue()


def compound(stream: str) -> bytes:
    """A compound file whose one stream is called so."""
    sound, before, after = old_book(), "Workbook".encode("utf-16-le"), stream.encode("utf-16-le")
    at = sound.index(before)
    return sound[:at] + after.ljust(64, b"\0") + bytes((len(after) + 2, 0)) + sound[at + 66 :]


def page(encoding: str = "gb18030", declared: str = "gb2312") -> bytes:
    """A page as systems export it under .xls: a title over all columns, the community once for all of its people."""
    head = "".join(f"<th>{header}</th>" for header in HEADERS)
    first, *others = ["".join(f"<td>{cell}</td>" for cell in person[:4]) for person in PEOPLE]
    body = f"<tr>{first}<td>康乐社区</td></tr>" + "".join(f"<tr>{cells}<td>康乐<br>社区</td>" for cells in others)
    return (
        f'<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta charset="{declared}">'
        "<style>td {mso-number-format:'\\@'}</style></head><body><table><tr><td>"
        f"<table border=1><tr><td colspan=5>花名册&nbsp;</td></tr><tr>{head}</tr>{body.replace('<br>', '')}</table>"
        "</td></tr></table></body></html>"
    ).encode(encoding)


def spreadsheet_2003(before: str = "", encoding: str = "utf-8") -> bytes:
    """XML Spreadsheet 2003: real dates, a row that is left out, a comment, a hidden sheet."""
    rows = "".join(
        "<Row>" + "".join(f'<Cell><Data ss:Type="String">{cell}</Data></Cell>' for cell in row) + "</Row>"
        for row in ROWS[:3]
    )
    name, number, sex, day, unit = PEOPLE[2]
    last = (
        f'<Row ss:Index="6"><Cell><Data ss:Type="String">{name}</Data><Comment><Data>批注</Data></Comment></Cell>'
        f'<Cell><Data ss:Type="String">{number}</Data></Cell><Cell><Data ss:Type="String">{sex}</Data></Cell>'
        f'<Cell><Data ss:Type="DateTime">{day}T00:00:00.000</Data></Cell>'
        f'<Cell ss:Index="5"><ss:Data ss:Type="String"><B>{unit[:2]}</B>{unit[2:]}</ss:Data></Cell></Row>'
    )
    return (
        f'<?xml version="1.0" encoding="{encoding}"?>\n{before}<?mso-application progid="Excel.Sheet"?>\n'
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
        'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
        f'<Worksheet ss:Name="花名册"><Table>{rows}{last}</Table></Worksheet>'
        f'<Worksheet ss:Name="旧"><Table>{rows}</Table>'
        "<WorksheetOptions><Visible>SheetHidden</Visible></WorksheetOptions></Worksheet></Workbook>"
    ).encode(encoding)


TEXT = as_csv(*PEOPLE)
READ: dict[str, tuple[str, Callable[[], bytes]]] = {
    "UTF-16 text": ("a.csv", lambda: TEXT.encode("utf-16")),
    "UTF-16 text without a mark": ("a.csv", lambda: TEXT.encode("utf-16-le")),
    "UTF-16 text with tabs, as Excel saves it": ("a.txt", lambda: TEXT.replace(",", "\t").encode("utf-16")),
    "lines that end with a carriage return alone": ("a.csv", lambda: TEXT.replace("\n", "\r").encode("gb18030")),
    "lines that end with a carriage return but the last": (
        "a.csv", lambda: (TEXT[:-1].replace("\n", "\r") + "\n").encode(),
    ),
    "line feeds only within quotes": (
        "a.csv", lambda: TEXT.replace("\n", "\r").replace("姓名", '"姓\n名"').encode("gb18030"),
    ),
    "text with tabs called .xls": ("a.xls", lambda: TEXT.replace(",", "\t").encode("gb18030")),
    "CSV called .xlsx": ("a.xlsx", lambda: TEXT.encode()),
    "a binary workbook called .et": ("a.et", old_book),
    "a binary workbook that mentions others": (
        "a.xls", lambda: old_book(stray=(5, 6, "WordDocument和EncryptedPackage")),
    ),
    "a binary workbook called .csv": ("a.csv", old_book),
    "a new workbook called .xls": ("a.xls", book),
    "a workbook without a suffix": ("花名册", book),
    "a page called .xls": ("a.xls", page),
    "a page in UTF-8 that says another": ("a.xls", lambda: page("utf-8")),
    "a page that names no encoding": ("a.xls", lambda: page(declared="undefined")),
    "a page that says it is in another script": ("a.xls", lambda: page(declared="iso-8859-1")),
    "a page that names what is no encoding of texts": ("a.xls", lambda: page(declared="hex")),
    "a page in UTF-16": ("a.htm", lambda: page("utf-16", "utf-16")),
    "XML Spreadsheet 2003 called .xls": ("a.xls", spreadsheet_2003),
    "XML Spreadsheet 2003 in GB2312": ("a.xml", lambda: spreadsheet_2003(encoding="gb2312")),
    "a blank in XFD1048576": ("a.xlsx", lambda: book((LAST_ROW, LAST_COLUMN, " "))),
    "a blank in XFD1": ("a.xlsx", lambda: book((0, LAST_COLUMN, " "))),
    "a blank in the last row": ("a.xlsx", lambda: book((LAST_ROW, 2, "　"))),
    "a dimension of the whole grid": (
        "a.xlsx", lambda: changed(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:XFD1048576"'),
    ),
    "a dimension of one cell": ("a.xlsx", lambda: changed(rb'<dimension ref="[^"]*"', b'<dimension ref="A1"')),
    "no dimension": ("a.xlsx", lambda: changed(rb"<dimension [^>]*>", b"")),
    "300,000 formatted blank rows": ("a.xlsx", lambda: formatted(300_000)),
    "60,000 formatted blank rows of a binary workbook": ("a.xls", lambda: old_book(formatted=60_000)),
}  # fmt: skip

ENTITY = '<!DOCTYPE w [<!ENTITY a "啊"><!ENTITY b SYSTEM "file:///etc/hostname">]>'
REFUSED: dict[str, tuple[str, Callable[[], bytes], str, str]] = {
    "half a workbook": (
        "a.xlsx", lambda: book()[:3000], "the workbook is damaged or not all of it has come", "已损坏或不完整",
    ),
    "half a binary workbook": ("a.xls", lambda: old_book()[:3000], "is damaged or not all", "已损坏或不完整"),
    "a workbook with a password": (
        "a.xlsx", lambda: compound("EncryptedPackage"), "protected by a password",
        "工作簿设有密码。请报送人取消密码并重新报送后重试。",
    ),
    "something in XFD1048576": (
        "a.xlsx", lambda: book((LAST_ROW, LAST_COLUMN, "x")), "in the cell XFD1048576, far from the table",
        "远离表格的单元格 XFD1048576 中有内容",
    ),
    "something in XFD3": ("a.xlsx", lambda: book((2, LAST_COLUMN, "x")), "in the cell XFD3", "单元格 XFD3"),
    "a cell beyond the grid": ("a.xlsx", lambda: changed(rb'r="E4"', b'r="XFE16777217"'), "XFE16777217", "XFE16777217"),
    "a workbook that unpacks without end": ("a.xlsx", many_letters, "unpacked it is too large", "展开后过大"),
    "a Word document": ("a.xlsx", lambda: archive("word/document.xml"), "it is a Word document", "这是 Word 文档"),
    "an archive of files": ("a.xlsx", lambda: archive("名册.xlsx"), "an archive that holds other files", "这是压缩包"),
    "an old Word document": ("a.xls", lambda: compound("WordDocument"), "a Word document", "Word 文档"),
    "a PDF": ("a.xls", lambda: b"%PDF-1.7", "it is a PDF", "这是 PDF 文件"),
    "XML 2003 with entities": ("a.xls", lambda: spreadsheet_2003(ENTITY), "is damaged", "已损坏"),
    "XML 2003 in no encoding": (
        "a.xls", lambda: spreadsheet_2003().replace(b'"utf-8"', b'"undefined"'), "is damaged", "已损坏",
    ),
    "XML 2003 of half an element": (
        "a.xls", lambda: spreadsheet_2003().replace(b"</Row>", b"</Rov>"), "is damaged", "已损坏",
    ),
    "a page that its parser gives up on": (
        "a.xls", lambda: page().replace(b"<body>", b"<body><![x[<!["), "is damaged", "已损坏",
    ),
    "XML of another kind": ("a.xls", lambda: b'<?xml version="1.0"?><a/>', "an XML file of another kind", "XML 文件"),
    "a page without a table": (
        "a.xls", lambda: b"<html><body>x</body></html>", "without a table", "没有表格的网页文件",
    ),
}  # fmt: skip
