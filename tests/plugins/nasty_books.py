"""Workbooks and text files that nobody should send and somebody will: made of a seed, small, and each wrong in its own
way."""

import re
import warnings
import zipfile
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from io import BytesIO
from random import Random

from xlsxwriter import Workbook

from tests.plugins.folders import identity

Parts = dict[str, bytes]
OLE = bytes.fromhex("d0cf11e0a1b11ae1")
SHEET = "xl/worksheets/sheet1.xml"
OFFICE = "urn:schemas-microsoft-com:office:spreadsheet"
LOLS = b'<!DOCTYPE x [<!ENTITY a "ha">' + b"".join(
    b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)
) + b"]>"  # fmt: skip
HEADERS = ("序号", "姓名", "身份证号", "社区", "出生日期")
MARKUP = (
    "<table>",
    "</table>",
    "<tr>",
    "</tr>",
    "<td>",
    "</td>",
    "<td colspan='-1'>",
    "<td rowspan='99999999'>",
    "<td colspan=65535>",
    "<th",
    "<table><tr><td>",
    "姓名",
    "身份证号",
    "&#x0;",
    "&#99999999;",
    "&nbsp",
    "<!--",
    "]]>",
    "<script>",
    "\x00",
    "<meta charset=utf-7>",
)


def nasty_files(seed: int, count: int) -> Iterator[tuple[str, bytes]]:
    """The names and contents of `count` files, each kind of wrong in turn."""
    random = Random(seed)
    kinds = list(KINDS.items())
    for number in range(count):
        name, make = kinds[number % len(kinds)]
        suffix, content = make(random)
        yield f"{number:03}_{name}.{suffix}", content


def book(random: Random, **options: object) -> bytes:
    """A sound workbook of a few people."""
    out = BytesIO()
    with Workbook(out, dict(options)) as made:
        made.set_properties({"created": datetime(2013, 6, 7)})
        sheet = made.add_worksheet("名单")
        sheet.write_row(0, 0, HEADERS)
        for row in range(1, random.randint(2, 9)):
            sheet.write_row(row, 0, (row, "测某", identity(row), "康乐社区", 11_000 + row))
        made.add_worksheet("空表")
    return out.getvalue()


def parts_of(content: bytes) -> Parts:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: Mapping[str, bytes], doubled: Mapping[str, bytes] | None = None) -> bytes:
    """A zip file of the parts, and of those that are in it a second time."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the doubled ones
        for name, content in [*parts.items(), *(doubled or {}).items()]:
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)  # of no hour: a seed says it all
    return out.getvalue()


def edited(random: Random, name: str, pattern: bytes, *into: bytes) -> tuple[str, bytes]:
    """A workbook in one of whose parts every match of a pattern is something else."""
    parts = parts_of(book(random))
    chosen = random.choice(into)
    parts[name] = re.sub(pattern, lambda _: chosen, parts[name])
    return "xlsx", packed(parts)


def damaged(random: Random) -> tuple[str, bytes]:
    content = bytearray(book(random))
    for _ in range(random.randint(1, 200)):
        content[random.randrange(len(content))] = random.randrange(256)
    return "xlsx", bytes(content)


def damaged_part(random: Random) -> tuple[str, bytes]:
    """The zip file is sound, what is in it is not."""
    parts = parts_of(book(random))
    name = random.choice(sorted(parts))
    content = bytearray(parts[name])
    for _ in range(random.randint(1, 30)):
        content[random.randrange(len(content))] = random.randrange(256)
    return "xlsx", packed(parts | {name: bytes(content)})


def truncated(random: Random) -> tuple[str, bytes]:
    content = book(random)
    return "xlsx", content[: random.randrange(len(content))]


def truncated_part(random: Random) -> tuple[str, bytes]:
    parts = parts_of(book(random))
    name = random.choice(sorted(parts))
    return "xlsx", packed(parts | {name: parts[name][: random.randrange(len(parts[name]))]})


def without_a_part(random: Random) -> tuple[str, bytes]:
    parts = parts_of(book(random))
    del parts[random.choice(sorted(parts))]
    return "xlsx", packed(parts)


def doubled_parts(random: Random) -> tuple[str, bytes]:
    parts, other = parts_of(book(random)), parts_of(book(random))
    name = random.choice(sorted(parts))
    return "xlsx", packed(parts, {name: random.choice((other[name], b"", b"<a/>"))})


def merged_everywhere(random: Random) -> tuple[str, bytes]:
    refs = ["A1:XFD1048576", "B2:A1", "A1:A1", "A0:B0", "A1", "", "ZZZZ9:A1", *(f"A{n}:E{n + 3}" for n in range(1, 60))]
    chosen = "".join(f'<mergeCell ref="{ref}"/>' for ref in random.sample(refs, 30))
    return edited(random, SHEET, b"</sheetData>", f"</sheetData><mergeCells count='2'>{chosen}</mergeCells>".encode())


def strange_names(random: Random) -> tuple[str, bytes]:
    names = ["'", "a'b\"c", "!", "名" * 200, "", "[1]", "../../x", "&quot;", "&lt;b&gt;", "\u202e", "=1+1", "空表"]
    return edited(random, "xl/workbook.xml", 'name="名单"'.encode(), f"name='{random.choice(names)}'".encode(),
                  f'name="{random.choice(names)}"'.encode())  # fmt: skip


def bomb(random: Random) -> tuple[str, bytes]:
    """Entities that are a thousand million words when somebody resolves them."""
    name = random.choice((SHEET, "xl/sharedStrings.xml", "xl/workbook.xml", "xl/styles.xml"))
    parts = parts_of(book(random))
    content = re.sub(rb"(<\?xml[^>]*\?>)", lambda found: found[1] + LOLS, parts[name], count=1)
    parts[name] = content.replace("姓名".encode(), b"&j;").replace(b"<v>1</v>", b"<v>&j;</v>")
    return "xlsx", packed(parts)


def errors_of_formulas(random: Random) -> tuple[str, bytes]:
    cells = (
        b'<c r="B2" t="e"><v>#N/A</v></c>',
        b'<c r="B2" t="e"><v>#HUH?</v></c>',
        b'<c r="B2" t="str"><f>1/0</f></c>',
        b'<c r="B2"><f t="shared" si="9"/><v></v></c>',
        b'<c r="B2" t="b"><v>7</v></c>',
        b'<c r="B2" t="d"><v>x</v></c>',
        b'<c r="B2" t="inlineStr"/>',
        b'<c r="B2" t="??"><v>1e999</v></c>',
        b'<c r="B2"><v>NaN</v></c>',
    )
    return edited(random, SHEET, rb'<c r="B2".*?</c>', *cells)


def since_1904(random: Random) -> tuple[str, bytes]:
    parts = parts_of(book(random, date_1904=True))
    days = random.choice((b"-1", b"0", b"60", b"2958466", b"1e300", b"0.99999999"))
    parts[SHEET] = re.sub(
        rb'<c r="E[2-9]"><v>[0-9]+', lambda found: found[0][:6] + b'E2" s="1"><v>' + days, parts[SHEET]
    )
    return "xlsx", packed(parts)


def mixed_text(random: Random) -> tuple[str, bytes]:
    """Byte order marks, signs that are none, and every end of a line."""
    ends, signs = ("\n", "\r\n", "\r", "\n\r", "\x0b", "\u2028", "\x85"), ("\x00", '"', "\ufeff", "\x1a", ",", "\t", "")
    lines = [",".join((*HEADERS, random.choice(signs)))]
    lines += [f"{n},测{random.choice(signs)}某,{identity(n)},康乐社区,1940-01-0{n}" for n in range(1, 9)]
    text = "".join(line + random.choice(ends) for line in lines)
    mark = random.choice((b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\xff\xfe\x00\x00"))
    content = text.encode(random.choice(("utf-8", "utf-16-le", "utf-16-be", "gb18030", "utf-32")))
    return random.choice(("csv", "txt", "xls")), mark + content[: len(content) - random.randint(0, 3)]


def noise_named_xls(random: Random) -> tuple[str, bytes]:
    start = random.choice(
        (OLE, OLE + b"\x00" * 504, b"\x09\x08\x10\x00\x00\x06\x05\x00", b"PK\x03\x04", b"PK\x05\x06", b"")
    )
    return random.choice(("xls", "et", "xlsx")), start + random.randbytes(random.randint(0, 6000))


def header_of_ole(random: Random) -> tuple[str, bytes]:
    """A compound file whose header is in order and whose chains are not."""
    header = bytearray(OLE + b"\x00" * 16 + b"\x3e\x00\x03\x00\xfe\xff\x09\x00\x06\x00" + b"\x00" * 478)
    for at in (44, 48, 56, 60, 64, 68, 72, 76):
        header[at : at + 4] = random.choice(
            (b"\x00\x00\x00\x00", b"\x01\x00\x00\x00", b"\xff\xff\xff\x7f", b"\xfe\xff\xff\xff")
        )
    return "xls", bytes(header) + random.choice((b"\x00", b"\xff", b"\x01")) * 512 * random.randint(0, 6)


def broken_tables(random: Random) -> tuple[str, bytes]:
    text = "<html><table>" + "".join(random.choice(MARKUP) for _ in range(random.randint(1, 300)))
    return random.choice(("xls", "html", "et")), text.encode(random.choice(("utf-8", "gb18030", "utf-16")))


def spreadsheet_of_2003(random: Random) -> tuple[str, bytes]:
    """XML as Excel wrote it in 2003, with places that are none and entities that grow."""
    index = random.choice(("1", "0", "-1", "99999999999", "16385", "x", "1048577"))
    rows = "".join(
        f'<Row ss:Index="{index}"><Cell ss:Index="{index}" ss:MergeAcross="{index}"><Data ss:Type="DateTime">&a;</Data>'
        for _ in range(3)
    )
    head = b'<?xml version="1.0"?>' + random.choice((b"", LOLS)) + b'<?mso-application progid="Excel.Sheet"?>'
    body = f'<Workbook xmlns="{OFFICE}" xmlns:ss="{OFFICE}"><Worksheet ss:Name="a"><Table>{rows}'
    ends = random.choice(
        ("", "</Row></Table></Worksheet></Workbook>", "</Cell></Row>" * 3 + "</Table></Worksheet></Workbook>")
    )
    return "xls", head + (body + ends).encode()


KINDS: Mapping[str, Callable[[Random], tuple[str, bytes]]] = {
    "damaged": damaged,
    "damaged_part": damaged_part,
    "truncated": truncated,
    "truncated_part": truncated_part,
    "without_a_part": without_a_part,
    "doubled_parts": doubled_parts,
    "dimension": lambda random: edited(
        random,
        SHEET,
        rb'<dimension ref="[^"]*"/>',
        b'<dimension ref="A1:XFD1048576"/>',
        b'<dimension ref="Z9:A1"/>',
        b'<dimension ref=""/>',
        b'<dimension ref="A0"/>',
        b'<dimension ref="A1:ZZZZZ99999999999"/>',
        b"<dimension/>",
        b"",
    ),
    "strings": lambda random: edited(
        random,
        SHEET,
        rb't="s"><v>[0-9]+',
        b't="s"><v>99999',
        b't="s"><v>-1',
        b't="s"><v>',
        b't="s"><v>4294967296',
        b't="s"><v>x',
    ),
    "rows": lambda random: edited(
        random,
        SHEET,
        rb'<row r="2"',
        b'<row r="1048577"',
        b'<row r="99999999999"',
        b'<row r="0"',
        b'<row r="-1"',
        b"<row",
        b'<row r="1048576"',
    ),
    "cells": lambda random: edited(
        random,
        SHEET,
        rb'<c r="A2"',
        b'<c r="XFD1048576"',
        b'<c r="A0"',
        b'<c r="AAAAAAAA1"',
        b'<c r="1A"',
        b'<c r=""',
        b"<c",
        b'<c r="XFE9999999"',
    ),
    "styles": lambda random: edited(
        random, SHEET, rb'<c r="E2"', b'<c r="E2" s="9999"', b'<c r="E2" s="-1"', b'<c r="E2" s="x"'
    ),
    "relations": lambda random: edited(
        random,
        "xl/_rels/workbook.xml.rels",
        rb"worksheets/sheet1\.xml",
        b"worksheets/none.xml",
        b"../../../etc/passwd",
        b"",
        b"/xl/worksheets/sheet2.xml",
    ),
    "merged": merged_everywhere,
    "names": strange_names,
    "bomb": bomb,
    "errors": errors_of_formulas,
    "since_1904": since_1904,
    "text": mixed_text,
    "noise": noise_named_xls,
    "ole": header_of_ole,
    "html": broken_tables,
    "xml_2003": spreadsheet_of_2003,
}
