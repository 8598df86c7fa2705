"""Overhearing a line and looking for people in bytes: raw, and under every wrapping that the network uses."""

import base64
import re
import socket
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import polars as pl
import zstandard

ZSTD = b"\x28\xb5\x2f\xfd"
BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{24,}")
ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
DEEPEST = 3  # wrappings inside each other


class Proxy:
    """A port on loopback that passes everything on to another, and keeps a copy of every byte."""

    def __init__(self, url: str) -> None:
        host, _, port = url.removeprefix("http://").partition(":")
        self.to = (host, int(port))
        self.heard: list[bytes] = []
        self.door = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.door.getsockname()[1]}"
        threading.Thread(target=self._let_in, daemon=True).start()

    def _let_in(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self.door.accept()
                far = socket.create_connection(self.to)
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=self._pass_on, args=(one, other), daemon=True).start()

    def _pass_on(self, one: socket.socket, other: socket.socket) -> None:
        said = bytearray()
        with suppress(OSError):
            while data := one.recv(65536):
                said += data
                other.sendall(data)
        self.heard.append(bytes(said))
        with suppress(OSError):
            other.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        self.door.close()


def layers(data: bytes, depth: int = 0) -> Iterator[bytes]:
    """`data` as it is, and everything that is wrapped in it: zstd, base64 (so JWS too), JSON escapes, GB 18030."""
    yield data
    if depth == DEEPEST:
        return
    for inner in (*_inflated(data), *_decoded(data)):
        yield from layers(inner, depth + 1)
    text = data.decode("utf-8", "replace")
    if "\\u" in text:
        yield ESCAPED.sub(lambda found: chr(int(found[1], 16)), text).encode("utf-8", "replace")
    yield data.decode("gb18030", "replace").encode("utf-8", "replace")


def _inflated(data: bytes) -> Iterator[bytes]:
    start = data.find(ZSTD)
    while start >= 0:
        with suppress(zstandard.ZstdError):
            yield zstandard.ZstdDecompressor().stream_reader(data[start:], read_across_frames=False).read()
        start = data.find(ZSTD, start + 1)


def _decoded(data: bytes) -> Iterator[bytes]:
    for found in BASE64.finditer(data):
        with suppress(ValueError):
            run = found[0].translate(bytes.maketrans(b"-_", b"+/"))
            yield base64.b64decode(run[: len(run) // 4 * 4] if len(run) % 4 == 1 else run + b"=" * (-len(run) % 4))


def found_in(pieces: Iterable[bytes], markers: list[str]) -> set[str]:
    """Which of `markers` stand anywhere in these pieces, under whatever wrapping."""
    texts = [layer.decode("utf-8", "replace") for piece in pieces for layer in layers(piece)]
    if not texts:
        return set()
    hits = pl.Series(texts).str.extract_many(markers, overlapping=True).explode(empty_as_null=True).drop_nulls()
    return set(hits.to_list())


def pieces_of(folder: Path) -> Iterator[bytes]:
    """Everything below a folder: names, bytes, all values of all database rows, all rows of Parquet files."""
    for path in sorted(folder.rglob("*")):
        yield str(path.relative_to(folder)).encode()
        if not path.is_file():
            continue
        yield path.read_bytes()
        if path.suffix == ".db":
            yield from _values(path)
        if path.suffix == ".parquet":
            yield pl.read_parquet(path).write_ndjson().encode()


def _values(database: Path) -> Iterator[bytes]:
    with closing(sqlite3.connect(database)) as db:
        for (table,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            for row in db.execute(f'SELECT * FROM "{table}"'):
                yield from (value if isinstance(value, bytes) else str(value).encode() for value in row)
