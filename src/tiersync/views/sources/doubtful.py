"""Rows in doubt: kept and counted, but odd; where they stand and why."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from tiersync.flow.agreement.doubts import Counts, doubtful_rows
from tiersync.flow.node import Node
from tiersync.model.text import EMPTY, Text
from tiersync.views.reasons import row_reason
from tiersync.views.table import Table, table

MOST_LISTED = 1000  # rows; where more are in doubt, their number says more than their places
SEE = "tiersync quarantine list --doubtful"


class DoubtfulRow(NamedTuple):
    """The place of a row, and what is odd about it; no value of it."""

    stream: str
    file: str
    sheet: str
    row: int
    flag: str


class DoubtfulRows(NamedTuple):
    """The first rows in doubt, how many there are for each flag, and how many are not listed."""

    rows: list[DoubtfulRow]
    counts: dict[str, int]
    left_out: int

    def as_object(self, lang: str) -> dict[str, Any]:
        """For programs; what is odd in one language."""
        rows = [row._asdict() | {"why": row_reason(row.flag).say(lang)} for row in self.rows]
        return {"counts": self.counts, "rows": rows, "left_out": self.left_out}

    def table(self) -> Table:
        return table(
            Text("需核对的行", "Rows in doubt"),
            Text("数据流,文件,工作表,行,疑问", "stream,file,sheet,row,flag"),
            ((*row[:4], row_reason(row.flag)) for row in self.rows),
        )

    def left(self) -> Text:
        """How many more there are; nothing where all are listed."""
        if not self.left_out:
            return EMPTY
        return Text(
            f"……另有 {self.left_out} 条；可用 --stream 缩小范围。",
            f"… and {self.left_out} more; --stream narrows the list.",
        )


def doubtful(node: Node, stream: str | None) -> DoubtfulRows:
    """The rows in doubt of all streams, or of one."""
    found = doubtful_rows(node, stream)
    rows = [DoubtfulRow(*row) for row in found.head(MOST_LISTED).rows()]
    return DoubtfulRows(rows, dict(sorted(found["flag"].value_counts().rows())), found.height - len(rows))


def doubts_table(title: Text, counts: Mapping[str, Mapping[str, int]]) -> Table:
    """How many rows of each stream carry each flag, with the flag in words."""
    return table(
        title,
        Text("数据流,疑问代码,行数,说明", "stream,flag,rows,in words"),
        ((stream, flag, n, row_reason(flag)) for stream, flags in counts.items() for flag, n in flags.items()),
    )


def held_doubts_table(counts: Counts) -> Table:
    return doubts_table(Text(f"保留但需核对：{SEE}", f"Kept, and in doubt: {SEE}"), counts)


def doubt_remarks(counts: Counts) -> Iterator[Text]:
    """A sentence for each stream that holds rows in doubt."""
    for stream, flags in counts.items():
        words = [(row_reason(flag), n) for flag, n in flags.items()]
        zh, en = "；".join(_zh(words)), "; ".join(_en(words))
        yield Text(f"{stream}：保留但需核对：{zh}。请看 {SEE}。", f"{stream}: kept, and in doubt: {en}. See {SEE}.")


def _zh(words: Iterable[tuple[Text, int]]) -> Iterator[str]:
    return (f"{reason.zh} {n} 行" for reason, n in words)


def _en(words: Iterable[tuple[Text, int]]) -> Iterator[str]:
    return (f"{reason.en}: {n}" for reason, n in words)
