"""The check that memory stays flat: a source with ten times the rows must not take ten times the memory."""

from collections.abc import Iterator
from typing import NamedTuple

from tiersync.errors import BadPlugin, BadSource, WorkerFailed
from tiersync.model.text import Text
from tiersync.plugins.folder.stream import Stream
from tiersync.plugins.kit.bench import Bench
from tiersync.plugins.kit.check import Check, Problem
from tiersync.plugins.kit.grown import Growing, growing, is_book
from tiersync.plugins.kit.sound import with_expected
from tiersync.plugins.worker.reading import WorkerFault, WorkerLimits, open_worker

TIMES = 10
SENIORS = 890_000  # of a city like Dezhou
MIB = 2**20
A_WHILE = WorkerLimits(silence=60, overall=120)


class Allowed(NamedTuple):
    """How a shape of source may grow: from so many rows on, at which a batch is full and what is held is not to grow
    any more, by so many bytes a row, beside the lumps that Python and Polars take memory in."""

    rows: int
    each: int
    lumps: int = 16 * MIB


EACH = 512  # bytes: a few marks of each row are no harm (0.4 GB for a city's seniors), the row itself is.
EACH_CELL = 256  # A sheet is read whole: of ten columns 2.3 GB of a city's seniors, within a worker's four.
BY_KIND = {"python": Allowed(20_000, EACH), "sql": Allowed(10_000, EACH)}
TEXT = Allowed(30_000, EACH, 160 * MIB)  # Text is read 8 MiB at a time, which is ten times that as rows on their way.
BOOK_ROWS = 3_000


def memory_stays_flat(bench: Bench) -> Iterator[Problem]:
    for stream, expected in with_expected(bench):
        allowed = allowed_for(bench, stream)
        times = -(-allowed.rows // expected.height)
        few, many = (read * expected.height for read in (times, times * TIMES))
        try:
            grew = grown_by(bench, growing(bench, stream), stream, times)
        except WorkerFailed as failed:
            if failed.fields["fault"] in (WorkerFault.OUT_OF_MEMORY, WorkerFault.FLOODED):
                yield Problem(f"{stream.name}：{many} 行时{failed.fields['why_zh']}",
                              f"{stream.name}: with {many} rows {failed.fields['why_en']}")  # fmt: skip
            continue
        except (BadSource, BadPlugin):  # Not every file of a function's own can be grown by its lines.
            continue
        if grew > allowed.lumps + allowed.each * (many - few):
            each = grew // (many - few)
            yield Problem(
                f"{stream.name}：每多一行多占 {each} 字节，{SENIORS} 行将占 {each * SENIORS // MIB} MB",
                f"{stream.name}: {each} bytes more with each row, {each * SENIORS // MIB} MB for {SENIORS} rows",
            )


def allowed_for(bench: Bench, stream: Stream) -> Allowed:
    """How a stream's source may grow."""
    if is_book(bench, stream):
        return Allowed(BOOK_ROWS, EACH_CELL * len(bench.table(stream).headers), 48 * MIB)
    return BY_KIND.get(stream.source.kind, TEXT)


def grown_by(bench: Bench, source: Growing, stream: Stream, times: int) -> int:
    """By how many bytes one worker's peak grows when it reads ten times the rows after the rows; 0 where the platform
    does not tell."""
    peaks = []
    with open_worker(source.plugin, bench.units, A_WHILE) as worker:
        for repeated in (times, times * TIMES):
            source.grow(repeated)
            for _ in worker.read(source.plugin.stream(stream.name)):
                pass
            peaks.append(worker.ended.peak)
    return peaks[1] - peaks[0]


CHECKS = (
    Check(
        "memory_flat",
        Text("行数增至十倍，内存不得随之增至十倍", "ten times the rows must not take ten times the memory"),
        Text(
            "边读边产生行（逐行或每批一万行左右），不要保留，也不要打印",
            "yield rows as they are read, one or some ten thousand at a time; keep none, print none",
        ),
        memory_stays_flat,
    ),
)
