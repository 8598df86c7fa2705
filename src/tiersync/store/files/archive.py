"""Many files in one, a tar under zstd: what is in it stands first, and is all that is ever unpacked."""

import hashlib
import re
import shutil
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import IO, BinaryIO, TypeVar

import zstandard
from pydantic import Field, ValidationError

from tiersync.errors import BadBackup, NoRoomToUnpack
from tiersync.model.canonical import Value, spell
from tiersync.store.files.full import refused_by
from tiersync.store.files.private import private_file, private_folder

MANIFEST = "manifest.json"
LARGEST_MANIFEST = 64 * 2**20  # bytes
HEADERS = 2**20  # bytes of tar that may stand before a file: its name is bounded
WINDOW = 2**27  # bytes of memory that a compressed stream may ask for
BLOCK = 2**20
MARGIN = 64 * 2**20  # bytes of disk that stay free
UNREADABLE = (tarfile.TarError, zstandard.ZstdError, EOFError, ValueError, RecursionError)
"""How tarfile says so, the last of names that name the next name"""
SAFE_NAME = re.compile(r"(?!.*(^|/)\.{0,2}(/|$))[^\\:\x00-\x1f\x7f]{1,400}")
Progress = Callable[[str, int, int], None]


class FileSum(Value):
    """A file's size, and what its bytes come to."""

    size: int = Field(ge=0)
    sha256: str = Field(pattern="^[0-9a-f]{64}$")


class Packed(Value):
    """What an archive holds, by the place of each file."""

    files: dict[str, FileSum]


P = TypeVar("P", bound=Packed)


def sum_files(root: Path, progress: Progress) -> dict[str, FileSum]:
    """Every file below a folder, summed up."""
    paths = sorted(path for path in root.rglob("*") if path.is_file())
    sums = {}
    for done, path in enumerate(paths):
        progress("sha256", done, len(paths))
        sums[path.relative_to(root).as_posix()] = FileSum(size=path.stat().st_size, sha256=digest_of(path))
    return sums


def digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def pack_files(out: BinaryIO, root: Path, packed: Packed, progress: Progress) -> None:
    """Write the files of `root` that `packed` names, after it."""
    compressor = zstandard.ZstdCompressor(level=3)
    with compressor.stream_writer(out, closefd=False) as stream, tarfile.open(fileobj=stream, mode="w|") as tar:
        said = spell(packed)
        tar.addfile(_member(MANIFEST, len(said)), BytesIO(said))
        for done, (name, known) in enumerate(packed.files.items()):
            progress("tar", done, len(packed.files))
            with (root / name).open("rb") as file:
                tar.addfile(_member(name, known.size), file)


def _member(name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    return member


class AllowedStream:
    """A stream that ends in BadBackup once more is read of it than was allowed."""

    def __init__(self, stream: BinaryIO, file: Path) -> None:
        self._stream, self._file, self.left = stream, file, 0

    def read(self, size: int) -> bytes:
        found = self._stream.read(size)
        self.left -= len(found)
        if self.left < 0:
            raise _bad(self._file, "内容多于其清单所列", "there is more in it than it says")
        return found


def unpack_files(file: Path, to: Path, kind: type[P], progress: Progress) -> P:
    """Unpack an archive into the new folder `to`, exactly what its manifest names and nothing else; returns that.

    Raises BadBackup for a file that is damaged, cut off, or made to do harm: names that lead elsewhere, links, more
    than it says; and NoRoomToUnpack."""
    private_folder(to)
    try:
        with _opened(file) as (tar, stream):
            manifest = _manifest(tar, file, kind)
            _refuse_too_large(manifest, file, to)
            _unpack(tar, stream, manifest, file, to, progress)
        return manifest
    except OSError as error:
        raise refused_by(error, to) from error


def read_manifest(file: Path, kind: type[P]) -> P:
    """What an archive says that it holds."""
    with _opened(file) as (tar, _):
        return _manifest(tar, file, kind)


@contextmanager
def _opened(file: Path) -> Iterator[tuple[tarfile.TarFile, AllowedStream]]:
    """An archive as a stream, of which no more may be read than belongs in front of it; raises BadBackup."""
    try:
        with file.open("rb") as packed:
            reader = zstandard.ZstdDecompressor(max_window_size=WINDOW).stream_reader(packed)
            stream = AllowedStream(reader, file)
            stream.left = LARGEST_MANIFEST + HEADERS
            with tarfile.open(fileobj=stream, mode="r|", bufsize=tarfile.RECORDSIZE) as tar:  # type: ignore[call-overload]
                yield tar, stream
    except UNREADABLE as error:
        raise _bad(file, "文件已损坏或不完整，或不是备份", "it is damaged, cut off, or no backup at all") from error


def _manifest(tar: tarfile.TarFile, file: Path, kind: type[P]) -> P:
    first = tar.next()
    if first is None or first.name != MANIFEST or not first.isreg() or first.size > LARGEST_MANIFEST:
        raise _bad(file, "其中没有清单", "it does not say what is in it")
    stream = tar.extractfile(first)
    try:
        manifest = kind.model_validate_json(stream.read() if stream else b"")
    except ValidationError as error:
        raise _bad(file, "其清单无法读取", "what it says of itself cannot be read") from error
    for name in manifest.files:
        if not SAFE_NAME.fullmatch(name) or name == MANIFEST:
            raise _bad(file, "其中的文件名指向目录之外", "a name in it leads out of the folder")
    return manifest


def _refuse_too_large(manifest: Packed, file: Path, to: Path) -> None:
    needed = sum(known.size for known in manifest.files.values()) + MARGIN
    free = shutil.disk_usage(to).free
    if needed > free:
        raise NoRoomToUnpack(file=file, needed=f"{needed / 2**20:,.0f}", free=f"{free / 2**20:,.0f}", dir=to.parent)


def _unpack(
    tar: tarfile.TarFile, stream: AllowedStream, manifest: Packed, file: Path, to: Path, progress: Progress
) -> None:
    left = dict(manifest.files)
    stream.left = HEADERS
    while (member := tar.next()) is not None:
        known = left.pop(member.name, None)
        if known is None or not member.isreg() or member.size != known.size:
            raise _bad(file, "其中有清单未列的内容", "it holds something that it does not name, or names twice")
        progress("tar", len(manifest.files) - len(left), len(manifest.files))
        stream.left += known.size
        if _written(tar.extractfile(member), to / member.name) != known:
            raise _bad(file, f"其中的 {member.name} 已损坏", f"{member.name} in it is damaged")
        stream.left = HEADERS
    if left:
        raise _bad(file, f"缺少 {min(left)}", f"{min(left)} is missing")


def _written(source: IO[bytes] | None, path: Path) -> FileSum:
    private_folder(path.parent)
    private_file(path)
    size, digest = 0, hashlib.sha256()
    with path.open("wb") as out:
        while block := source.read(BLOCK) if source else b"":
            out.write(block)
            digest.update(block)
            size += len(block)
    return FileSum(size=size, sha256=digest.hexdigest())


def _bad(file: Path, zh: str, en: str) -> BadBackup:
    return BadBackup(file=file, why_en=en, why_zh=zh)
