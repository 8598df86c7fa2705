"""What node and worker say to each other: lines of JSON one way, frames with their length before them the other."""

import os
import struct
from pathlib import Path
from typing import Annotated, BinaryIO, Literal, NamedTuple

from pydantic import Field, TypeAdapter

from tiersync.model.canonical import Value
from tiersync.model.unit import Nameable
from tiersync.plugins.folder.manifest import Plugin
from tiersync.plugins.folder.stream import Resume
from tiersync.rules.calendar.stated import Stated

HEAD = struct.Struct(">cIQ")  # the kind, then the lengths of meta and body
LARGEST_META = 2**20
KINDS = (b"F", b"L", b"B", b"R", b"E", b"S", b"X")
FAULT = "fault"  # An error of nobody's own; the others are named as in errors.py.


class Hello(Value):
    """The first request: the plugin as the node loaded it, the units it may name, how much memory there is, the time
    zone of the office, and the secrets that its sources name."""

    ask: Literal["hello"] = "hello"
    plugin: Plugin
    units: Nameable
    memory: int
    time_zone: str
    secrets: dict[str, str] = Field(default={}, repr=False)


LineWay = Literal["silent", "told", "asked"]


class ReadStream(Value):
    """Read this stream from its beginning. Of a file of lines their digests can be `told` before each batch; or it is
    `asked` which of them the node does not know, and only those become the batch."""

    ask: Literal["read"] = "read"
    stream: str
    lines: LineWay = "silent"
    resume: Resume = Resume()


class LinesWanted(Value):
    """Parse and map these lines of those that were told apart; None is all of them."""

    ask: Literal["wanted"] = "wanted"
    lines: tuple[int, ...] | None


class NextBatch(Value):
    """Go on to the next batch."""

    ask: Literal["next"] = "next"


class RawRows(Value):
    """Show these rows of the current batch as they stand in the source."""

    ask: Literal["raw"] = "raw"
    rows: tuple[int, ...]


class Look(Value):
    """The first request to a worker that has no plugin: read a sample of the file at `path` (see `spelled_path`),
    within this memory."""

    ask: Literal["look"] = "look"
    path: str
    memory: int


def spelled_path(path: Path) -> str:
    """A path as it travels: its bytes one by one, which need not be UTF-8."""
    return os.fsencode(path).decode("latin-1")


def path_of(spelled: str) -> Path:
    return Path(os.fsdecode(spelled.encode("latin-1")))


Request = Annotated[Hello | Look | ReadStream | LinesWanted | NextBatch | RawRows, Field(discriminator="ask")]
REQUEST: TypeAdapter[Request] = TypeAdapter(Request)


class FilePlace(Value):
    """Which file, and which sheet of it, the rows of a batch come from."""

    file: str
    sheet: str = ""


class BatchHead(FilePlace):
    """What is said of a batch: its place, the number of the first row that it could hold, how much of the stream is
    read with it, the headers that no field takes, and the times that its file's name, its sheet's and its title state.
    """

    first_row: int
    share: float
    unknown: tuple[str, ...] = ()
    stated: tuple[Stated, ...] = ()


class SumRow(FilePlace):
    """A row of sums: what it says of a column, in hundredths, or of the number of rows where `column` is "", and what
    was read."""

    row: int
    column: str = ""
    said: str
    read: str


class StreamEnd(Value):
    """What a stream held beside the rows that were handed on; nothing of it is left out in silence.

    `rows` were handed on, by file in `files`. `overlong` of them hold cells beyond the last header, and no field of
    theirs is filled; `cleaned` are identity numbers that were taken without the signs among their digits, `since_1904`
    birth dates that were days since 1904, `filled_down` cells of units that were taken from a cell above. `unknown` are
    headers that no field takes; `skipped` are sheets without the mapped headers, `sums` rows of sums that could be
    checked. `superseded` are corrected rows that gave way to their source, and `repeated` are rows that say what
    another one of the same key says, as the node notes. `speaks` are columns that no field takes, each with how many of
    its cells say that somebody died or left; of the rest of a file that is read `partly` nothing is known. Of several
    files of a register `replaced` names those of which a newer version counts, each with that one, and `parts` is how
    many are pieces of one list.
    `peak` is the most memory in bytes that the worker has held so far, 0 where that is not known.
    """

    rows: int = 0
    files: dict[str, int] = Field(default={})
    blank: int = 0
    footers: int = 0
    overlong: int = 0
    cleaned: int = 0
    since_1904: int = 0
    filled_down: int = 0
    unknown: tuple[str, ...] = ()
    skipped: tuple[FilePlace, ...] = ()
    sums: tuple[SumRow, ...] = ()
    superseded: int = 0
    repeated: int = 0
    replaced: dict[str, str] = Field(default={})
    parts: int = 0
    speaks: dict[str, int] = Field(default={})
    partly: bool = False
    peak: int = 0


class Failure(Value):
    """Why a stream could not be read: one of our own errors with its fields, or the kind and place of a fault."""

    error: str
    fields: dict[str, str]


class Frame(NamedTuple):
    """F: a file is being opened, or none yet of a stream, L: digests of lines, B: a batch, R: raw rows, E: the stream's
    end, S: a sample, X: a failure."""

    kind: Literal[b"F", b"L", b"B", b"R", b"E", b"S", b"X"]
    meta: bytes
    body: bytes = b""


class FrameTooLarge(Exception):
    """A frame is larger than was agreed."""


def write_frame(out: BinaryIO, frame: Frame) -> None:
    out.write(HEAD.pack(frame.kind, len(frame.meta), len(frame.body)))
    out.write(frame.meta)
    out.write(frame.body)
    out.flush()


def read_frame(source: BinaryIO, largest: int) -> Frame | None:
    """The next frame; None where the other side has ended, be it in the middle of one."""
    head = source.read(HEAD.size)
    if len(head) < HEAD.size:
        return None
    kind, meta_length, body_length = HEAD.unpack(head)
    if kind not in KINDS or meta_length > LARGEST_META or body_length > largest:
        raise FrameTooLarge
    meta, body = source.read(meta_length), source.read(body_length)
    return Frame(kind, meta, body) if len(meta) == meta_length and len(body) == body_length else None
