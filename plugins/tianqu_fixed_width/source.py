"""天衢街道旧系统导出的两个文件：定宽人员文件（GB18030，按字节对齐），和按档案号对应的变动文件。

Two files of an old system: people at fixed widths (GB18030, aligned by bytes), and changes by file number.
"""

import csv

from tiersync import source

WIDTHS = (("no", 8), ("id", 18), ("name", 16), ("sex", 2), ("village", 12), ("hukou", 1))  # bytes
ROWS_AT_ONCE = 10_000


def changes(context):
    """The latest change of each file number: its kind and day."""
    latest = {}
    for path in context.files("inbox/*.chg"):
        with path.open(encoding="gb18030", newline="") as file:
            for no, kind, day in csv.reader(file, delimiter="|"):
                latest[no] = (kind, day)
    return latest


@source("senior", key=["id_number"])
def seniors(since, context):
    latest = changes(context)
    rows = []
    for path in context.files("inbox/*.dat"):
        for line in path.read_bytes().splitlines():
            cells, at = {}, 0
            for name, width in WIDTHS:
                cells[name] = line[at : at + width].decode("gb18030").strip()
                at += width
            kind, day = latest.get(cells["no"], ("", ""))
            rows.append(cells | {"born": cells["id"][6:14], "change": kind or "0", "changed": day})
            if len(rows) == ROWS_AT_ONCE:
                yield rows
                rows = []
    yield rows
