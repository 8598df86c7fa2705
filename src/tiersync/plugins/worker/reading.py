"""The node's side of a worker: its plugin's streams as batches of rows, within limits of time, memory and size."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from io import BytesIO
from time import monotonic

import polars as pl

from tiersync.errors import BadPlugin, BadSource, TiersyncError, WorkerFailed
from tiersync.model.records.record import NETWORK
from tiersync.model.unit import Nameable
from tiersync.plugins.folder.bounds import USUAL, WorkerLimits
from tiersync.plugins.folder.manifest import Plugin
from tiersync.plugins.folder.secret import Secrets, names_of_secrets
from tiersync.plugins.folder.stream import Resume, Stream
from tiersync.plugins.kinds.file_faults import breaks_its_reader, takes_too_long
from tiersync.plugins.kinds.files import fingerprint
from tiersync.plugins.worker.pipe import (
    FAULT,
    BatchHead,
    Failure,
    Frame,
    Hello,
    LinesWanted,
    LineWay,
    NextBatch,
    RawRows,
    ReadStream,
    StreamEnd,
)  # fmt: skip
from tiersync.plugins.worker.process import Flooded, Gone, Process, Silent

__all__ = ["RowsRead", "Sift", "StreamEnd", "Worker", "WorkerFault", "WorkerLimits", "fingerprint", "open_worker"]

Sift = Callable[[pl.Series], pl.Series | None]
"""From the digests of lines to the places of those that are to be mapped, None for all of them."""

BEGINNING = Resume()


class WorkerFault(StrEnum):
    """In which way a worker failed."""

    ENDED = "ended"  # the process, by itself or by a signal
    SILENT = "silent"
    FLOODED = "flooded"
    OUT_OF_MEMORY = "out_of_memory"
    RAISED = "raised"


ENDINGS = {"MemoryError": WorkerFault.OUT_OF_MEMORY, "SystemExit": WorkerFault.ENDED}  # by what was raised

BY_A_FILE = ("MemoryError", "PanicException")  # Other faults are those of whoever wrote the reader or the mapping.

CARRIED: dict[str, type[TiersyncError]] = {error.__name__: error for error in (BadSource, BadPlugin)}


@dataclass(frozen=True)
class RowsRead:
    """Some rows of a stream: a column for each mapped field, then place_file, place_sheet and place_row.

    Columns are text, those that were translated word by word an Enum of the words that occur.
    """

    head: BatchHead
    rows: pl.DataFrame
    _worker: "Worker" = field(repr=False)

    def raw(self, indexes: list[int]) -> pl.DataFrame:
        """These rows as they stand in the source, under its own headers; only until the next batch is asked for."""
        return self._worker.raw(indexes)


def records_of_packages(plugin: Plugin) -> list[str]:
    """The record types that a plugin's streams bring and the network does not have."""
    return sorted({stream.record for stream in plugin.streams} - NETWORK.keys())


def secrets_told(plugin: Plugin, secrets: Secrets | None) -> dict[str, str]:
    """The secrets that a plugin's worker is told: those that its sources name; raises NoSecret."""
    return {name: secrets(name) for name in names_of_secrets(plugin)} if secrets else {}


class Worker:
    """A worker process, a new one or one that another plugin used before, and what it was asked last."""

    def __init__(self, plugin: Plugin, bounds: WorkerLimits, process: Process | None = None) -> None:
        self._plugin = plugin
        self._bounds = bounds
        self._until = monotonic() + bounds.overall
        self.process = process or Process(records_of_packages(plugin), bounds.frame, bounds.log)
        self.ended = StreamEnd()
        self.is_idle = True  # Nothing is left of what it was asked, and nothing failed.
        self._has_failed = False
        self._file = ""  # that is being read

    def greet(self, units: Nameable, secrets: Mapping[str, str]) -> None:
        plugin, memory = self._plugin, self._bounds.memory
        self.process.forget_log()
        told = Hello(plugin=plugin, units=units, memory=memory, time_zone=plugin.time_zone, secrets=dict(secrets))
        self.process.ask(told)

    def read(
        self, stream: Stream, sift: Sift | None = None, lines: LineWay = "asked", resume: Resume = BEGINNING
    ) -> Iterator[RowsRead]:
        """The batches of a stream; afterwards `ended` tells what else it held. Raises BadSource and WorkerFailed.

        Where the source is a file of lines, `sift` is asked before each batch which of them are to be in it; it is only
        `told` of them where it knows none, so that the worker need not wait for its answer. `resume` says where to go
        on, if the stream has a cursor.
        """
        self.is_idle = False
        self.process.ask(ReadStream(stream=stream.name, lines=lines if sift else "silent", resume=resume))
        while (frame := self._hear()).kind in (b"L", b"B"):
            if frame.kind == b"L" and sift:
                wanted = sift(pl.read_ipc_stream(BytesIO(frame.body)).to_series())
                if lines == "asked":
                    self.process.ask(LinesWanted(lines=None if wanted is None else tuple(wanted)))
            else:
                yield self._batch(frame)
                self.process.ask(NextBatch())
        self.ended, self.is_idle = StreamEnd.model_validate_json(frame.body), not self._has_failed

    def _batch(self, frame: Frame) -> RowsRead:
        head = BatchHead.model_validate_json(frame.meta)
        where = [pl.lit(head.file).alias("place_file"), pl.lit(head.sheet).alias("place_sheet")]
        rows = pl.read_ipc_stream(BytesIO(frame.body)).select(pl.exclude("place_row"), *where, "place_row")
        return RowsRead(head, rows, self)

    def raw(self, indexes: list[int]) -> pl.DataFrame:
        """Rows of the current batch as they stand in the source."""
        self.process.ask(RawRows(rows=tuple(indexes)))
        return pl.read_ipc_stream(BytesIO(self._hear().body))

    def end(self) -> None:
        self.process.end()

    def _hear(self) -> Frame:
        """The next frame that is no failure."""
        while (frame := self._hear_any()).kind == b"F":
            self._file = frame.meta.decode()
        if frame.kind == b"X":
            self._has_failed = True
            raise self._failure(Failure.model_validate_json(frame.body))
        return frame

    def _hear_any(self) -> Frame:
        left = self._until - monotonic()
        try:
            return self.process.hear(min(self._bounds.silence, left))
        except Silent:
            if self._file:
                passed = self._bounds.overall if self._ran_out(left) else self._bounds.silence
                raise takes_too_long(self._file, passed) from None
            raise self._too_slow(left) from None
        except Gone:
            said = self.process.last_words()
            if self._file:
                raise breaks_its_reader(self._file) from None
            raise self._failed(
                said, f"进程结束：{said.replace('exit code', '退出码')}", ENDINGS.get(said, WorkerFault.ENDED)
            ) from None
        except Flooded:
            raise self._failed("it said more than a worker may", "输出超过限度", WorkerFault.FLOODED) from None

    def _failure(self, failure: Failure) -> TiersyncError:
        """The error that a worker reported, as if it had been raised here."""
        if failure.error in CARRIED:
            return CARRIED[failure.error](**failure.fields)
        if self._file and failure.fields.get("kind") in BY_A_FILE:
            return breaks_its_reader(self._file)
        said = "{kind}, {place}".format(**failure.fields) if failure.error == FAULT else failure.error
        return self._failed(said, said, ENDINGS.get(failure.fields.get("kind", ""), WorkerFault.RAISED))

    def _ran_out(self, left: float) -> bool:
        """Whether it was the time for all of a run that was over, when so much of it was left before."""
        return left < self._bounds.silence

    def _too_slow(self, left: float) -> WorkerFailed:
        if self._ran_out(left):
            seconds = f"{self._bounds.overall:g}"
            return self._failed(f"not done after {seconds} seconds", f"{seconds} 秒内没有完成", WorkerFault.SILENT)
        seconds = f"{self._bounds.silence:g}"
        return self._failed(f"silent for {seconds} seconds", f"{seconds} 秒没有响应", WorkerFault.SILENT)

    def _failed(self, why_en: str, why_zh: str, fault: WorkerFault) -> WorkerFailed:
        return WorkerFailed(plugin=self._plugin.id, why_en=why_en, why_zh=why_zh, fault=fault)


@contextmanager
def open_worker(
    plugin: Plugin, units: Nameable | Mapping[str, str], bounds: WorkerLimits = USUAL, secrets: Secrets | None = None
) -> Iterator[Worker]:
    """A worker of its own for one plugin; see `Workers.open`."""
    told = secrets_told(plugin, secrets)
    worker = Worker(plugin, bounds)
    try:
        worker.greet(named(units), told)
        yield worker
    finally:
        worker.end()


def named(units: Nameable | Mapping[str, str]) -> Nameable:
    """Units that a plugin may name, where none of those given as code to name lies above another."""
    return units if isinstance(units, Nameable) else Nameable(names=dict(units))
