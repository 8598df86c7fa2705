"""A plugin package whose source kinds behave well once and badly in every other way."""

import os
import signal
import sys
import threading
import time

import polars as pl

from tiersync.plugins.hookspecs import SourceKind
from tiersync.plugins.rows.headers import read_header
from tiersync.plugins.rows.rows import SourceTable

WAYS = (
    "environment", "exits", "crashes", "hangs", "hangs_later", "raises", "floods", "prints", "closes", "eats", "bloats",
    "reads", "spawns",
)  # fmt: skip


def tiersync_source_kinds():
    kinds = [SourceKind(name=way, reader=f"odd_kinds:{way}", options=frozenset({"note"})) for way in WAYS]
    checks = ("wants_a_note", "fails_to_check", "is_not_there")
    return kinds + [
        SourceKind(name=check, reader="odd_kinds:prints", options=frozenset({"note"}), check=f"odd_kinds:{check}")
        for check in checks
    ]


def wants_a_note(stream):
    """Finds something wrong with a stream that has no note."""
    if not stream.source.options.get("note"):
        yield "需要 note", "it needs a note"


def fails_to_check(stream):
    raise ValueError(f"testing {stream.source.options}")


def table(plugin, stream, name="测一", rows=1, first_row=1):
    headers = {field: mapped.headers[0] for field, mapped in stream.map.items()}
    frame = pl.DataFrame({header: [name if field == "name" else None] * rows for field, header in headers.items()})
    frame = frame.cast(pl.String)
    return SourceTable(frame, read_header(frame.columns, stream.map, plugin.id), "nowhere", "", first_row)


def environment(plugin, stream):
    """Shows what it sees: as names, where a test can read them."""
    yield table(plugin, stream, name=" ".join(f"{key}={value}" for key, value in sorted(os.environ.items())))


def exits(plugin, stream):
    yield table(plugin, stream)
    os._exit(7)


def crashes(plugin, stream):
    yield table(plugin, stream)
    os.kill(os.getpid(), signal.SIGSEGV)
    time.sleep(60)


def hangs(plugin, stream):
    time.sleep(600)
    yield table(plugin, stream)


def hangs_later(plugin, stream):
    yield table(plugin, stream)
    time.sleep(600)


def raises(plugin, stream):
    raise ValueError("测一 379901193102030018 cannot be read")
    yield


def floods(plugin, stream):
    threading.Timer(120, os._exit, [1]).start()
    while True:
        sys.stderr.write("测一 379901193102030018\n" * 1000)


def prints(plugin, stream):
    print("测一", flush=True)
    os.write(1, b"B\x00\x00\x00")
    yield table(plugin, stream)


def closes(plugin, stream):
    """Closes the pipe to the node and keeps the one from it."""
    yield table(plugin, stream)
    os.closerange(4, 64)
    time.sleep(600)


def eats(plugin, stream):
    hoard = []
    while True:
        hoard.append(bytearray(64 * 2**20))
    yield


def bloats(plugin, stream):
    yield table(plugin, stream, name=os.urandom(4 * 2**20).hex())


def reads(plugin, stream):
    yield table(plugin, stream, name=f"[{sys.stdin.read()}]")


def spawns(plugin, stream):
    """Leaves a process behind that holds the pipes, and its number in a file."""
    child = os.fork()
    if child == 0:
        time.sleep(600)
    (plugin.folder / "left behind").write_text(str(child))
    yield table(plugin, stream)
    os._exit(0)
