"""The worker process of one plugin at a time: it reads and maps, no more. `python -m tiersync.plugins.worker.worker`"""

import gc
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from traceback import extract_tb
from typing import BinaryIO, cast

import polars as pl

from tiersync.errors import TiersyncError
from tiersync.model.hidden import escaped_line
from tiersync.plugins.drafting.samples.sample import read_sample, spell_sample
from tiersync.plugins.folder.secret import with_secrets
from tiersync.plugins.hooks import record_type
from tiersync.plugins.rows.rows import Opening
from tiersync.plugins.values.unit_names import names_of
from tiersync.plugins.worker.batches import Batch, LinesOffered, Steps, batches, spell_frame
from tiersync.plugins.worker.memory import limit_memory, peak_memory
from tiersync.plugins.worker.pipe import (
    FAULT,
    REQUEST,
    Failure,
    Frame,
    Hello,
    LinesWanted,
    Look,
    NextBatch,
    RawRows,
    ReadStream,
    Request,
    StreamEnd,
    path_of,
    write_frame,
)  # fmt: skip

Requests = SimpleQueue[Request]
Said = Batch | LinesOffered | StreamEnd | Failure


def main() -> None:
    """Answer the node's requests until it is gone."""
    gc.freeze()  # What is imported stays.
    gc.enable()  # It was not while that was imported.
    source, out = keep_pipes()
    for name in sys.argv[1:]:
        record_type(name)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the node's to judge; it ends the worker if it wants to.
    requests: Requests = SimpleQueue()
    Thread(target=listen, args=(source, requests), daemon=True).start()
    request = requests.get()
    limit_memory(cast(Hello | Look, request).memory)
    while isinstance(request, Hello):
        request = serve(request, requests, out)
    if isinstance(request, Look):
        show_sample(path_of(request.path), out)


def keep_pipes() -> tuple[BinaryIO, BinaryIO]:
    """The pipes from and to the node, out of a plugin's reach: it reads nothing and prints to standard error."""
    source, out = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return source, out


def listen(source: BinaryIO, requests: Requests) -> None:
    """Hand on each request; when the node is gone, so is the worker, even in the middle of a hanging source."""
    with suppress(BaseException):
        for line in source:
            requests.put(REQUEST.validate_json(line))
    os._exit(0)


def show_sample(path: Path, out: BinaryIO) -> None:
    """Send the sample of a file, or why there is none."""
    try:
        frame = Frame(b"S", b"", spell_sample(read_sample(path)))
    except BaseException as fault:
        frame = Frame(b"X", b"", failure_of(fault).model_dump_json().encode())
    write_frame(out, frame)


def serve(hello: Hello, requests: Requests, out: BinaryIO) -> Request:
    """Read one stream of a plugin after another; the request that comes after, of the next plugin if there is one."""
    plugin = with_secrets(hello.plugin, hello.secrets).in_zone(hello.time_zone)
    looks_up = any(field.lookup for stream in plugin.streams for field in stream.map.values())
    units = names_of(hello.units if looks_up else {}, plugin.spellings)
    request: Request = requests.get()
    while isinstance(request, ReadStream):
        write_frame(out, Frame(b"F", b""))  # No file of the stream before is to blame for this one.
        stream = plugin.stream(request.stream).model_copy(update={"resume": request.resume})
        source = batches(plugin, stream, units, request.lines)
        request = read_stream(source, requests, out)
    return request


def read_stream(source: Steps, requests: Requests, out: BinaryIO) -> Request:
    """Send a stream's batches one by one, reading one ahead while the node checks; the request that comes after."""
    coming = take_next(source, out)
    while isinstance(coming, Batch | LinesOffered):
        if isinstance(coming, LinesOffered):
            write_frame(out, Frame(b"L", b"", coming.digests))
            request = requests.get()
            if not isinstance(request, LinesWanted):
                return request
            coming = take_next(source, out, request.lines)
            continue
        batch = coming
        if batch.digests:
            write_frame(out, Frame(b"L", b"", batch.digests))
        write_frame(out, Frame(b"B", batch.head.model_dump_json().encode(), batch.rows))
        coming = take_next(source, out)
        request = answer_raw(batch, requests, out)
        if not isinstance(request, NextBatch):
            return request
    if isinstance(coming, StreamEnd):
        coming = coming.model_copy(update={"peak": peak_memory()})
    write_frame(out, Frame(b"E" if isinstance(coming, StreamEnd) else b"X", b"", coming.model_dump_json().encode()))
    return requests.get()


def answer_raw(batch: Batch, requests: Requests, out: BinaryIO) -> Request:
    """Show raw rows of `batch` as often as the node asks; the first request that is for something else."""
    while isinstance(request := requests.get(), RawRows):
        write_frame(out, Frame(b"R", b"", spell_frame(batch.raw[list(request.rows)])))
    return request


def take_next(source: Steps, out: BinaryIO, wanted: tuple[int, ...] | None = None) -> Said:
    """What comes next; of a file that is opened before, the node is told at once."""
    while isinstance(coming := take(source, wanted), Opening):
        write_frame(out, Frame(b"F", escaped_line(coming.file).encode()))
        wanted = None
    return coming


def take(source: Steps, wanted: tuple[int, ...] | None = None) -> Said | Opening:
    """What comes next, or what went wrong."""
    try:
        return source.send(None if wanted is None else pl.Series(wanted, dtype=pl.UInt32))
    except BaseException as fault:
        return failure_of(fault)


def failure_of(fault: BaseException) -> Failure:
    """What went wrong, as it travels. Nothing that a fault says is passed on: it could hold a name."""
    if isinstance(fault, TiersyncError):
        return Failure(
            error=type(fault).__name__, fields={name: spellable(str(value)) for name, value in fault.fields.items()}
        )
    last = extract_tb(fault.__traceback__)[-1]
    place = f"{Path(last.filename).name}:{last.lineno}"
    return Failure(error=FAULT, fields={"kind": type(fault).__name__, "place": place})


def spellable(text: str) -> str:
    """A text that can travel: halves of surrogate pairs are spelled out."""
    return text.encode(errors="backslashreplace").decode()


if __name__ == "__main__":
    main()
