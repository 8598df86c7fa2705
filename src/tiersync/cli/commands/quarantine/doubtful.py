"""Rows in doubt in words: kept and counted, but odd; listed by `quarantine list --doubtful`, said by every push."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import click

from tiersync.cli.terminal.output import print_json, print_section, print_table
from tiersync.cli.terminal.spoken import row_reason
from tiersync.cli.terminal.words import heads, say

if TYPE_CHECKING:
    from tiersync.flow.node import Node

MOST_LISTED = 1000  # rows; where more are in doubt, their number says more than their places
SEE = "tiersync quarantine list --doubtful"


def list_doubtful(node: "Node", stream: str | None, as_json: bool) -> None:
    """Print where the rows in doubt stand and why, and how many there are for each reason."""
    from tiersync.flow.agreement.doubts import doubtful_rows

    found = doubtful_rows(node, stream)
    counts = dict(sorted(found["flag"].value_counts().rows()))
    names = ("stream", "file", "sheet", "row", "flag")
    rows = [dict(zip(names, row, strict=True)) for row in found.head(MOST_LISTED).rows()]
    left = found.height - len(rows)
    if as_json:
        told = [row | {"why": row_reason(row["flag"])} for row in rows]
        print_json({"counts": counts, "rows": told, "left_out": left})
        return
    if not rows:
        click.echo(say("保留的行均无疑问。", "No row that is kept is in doubt."))
    print_table(
        heads("数据流,文件,工作表,行,疑问", "stream,file,sheet,row,flag"),
        [(*list(row.values())[:4], row_reason(row["flag"])) for row in rows],
    )
    if left:
        click.echo(say(f"……另有 {left} 条；可用 --stream 缩小范围。", f"… and {left} more; --stream narrows the list."))
    if rows:
        print_counts(say("需核对", "In doubt"), {"": counts})


def print_counts(title: str, counts: Mapping[str, Mapping[str, int]]) -> None:
    """Print how many rows of each stream carry each flag, with the flag in words."""
    print_section(
        title,
        heads("数据流,疑问代码,行数,说明", "stream,flag,rows,in words"),
        [(stream, flag, n, row_reason(flag)) for stream, flags in counts.items() for flag, n in flags.items()],
    )


def doubt_remarks(counts: Mapping[str, Mapping[str, int]]) -> Iterator[str]:
    """A sentence for each stream that holds rows in doubt."""
    for stream, flags in counts.items():
        en = "; ".join(f"{row_reason(flag)}: {n}" for flag, n in flags.items())
        zh = "；".join(f"{row_reason(flag)} {n} 行" for flag, n in flags.items())
        yield say(f"{stream}：保留但需核对：{zh}。请看 {SEE}。", f"{stream}: kept, and in doubt: {en}. See {SEE}.")
