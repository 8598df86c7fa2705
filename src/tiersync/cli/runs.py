"""How reading the sources went, as `ingest` and `status` show it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from tiersync.cli.output import print_section
from tiersync.cli.spoken import row_reason, spoken
from tiersync.cli.words import heads

if TYPE_CHECKING:
    from tiersync.store.quarantine import RunDone

RUN_HEADS = heads("stream,outcome,read,valid,refused,flagged", "数据流,结果,读取,有效,被拒,存疑")


def run_row(run: "RunDone") -> tuple[object, ...]:
    refused, flagged = sum(run.refused.values()), sum(run.flagged.values())
    return (run.stream, spoken(run.outcome), run.read, run.valid, refused, flagged)


def print_reasons(title: str, counted: Iterable[Mapping[str, int]]) -> None:
    """Every reason once, with its number of rows and in words."""
    total = sum((Counter(counts) for counts in counted), Counter[str]())
    print_section(
        title,
        heads("reason,rows,in words", "原因代码,行数,说明"),
        [(reason, count, row_reason(reason)) for reason, count in sorted(total.items())],
    )
