"""An archive gives back what was packed, byte for byte, and one that was made to do harm gives nothing."""

import io
import os
import tarfile
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from tiersync.errors import BadBackup, NoRoomToUnpack
from tiersync.model.canonical import digest, spell
from tiersync.store.files.archive import MANIFEST, FileSum, Packed, pack_files, sum_files, unpack_files

CONTENT = b"content"
SUM = FileSum(size=len(CONTENT), sha256=digest(CONTENT))


def quiet(phase: str, done: int, known: int) -> None:
    """Nobody watches."""


def unpacked(file: Path, to: Path) -> dict[str, bytes]:
    unpack_files(file, to, Packed, quiet)
    return {path.relative_to(to).as_posix(): path.read_bytes() for path in to.rglob("*") if path.is_file()}


def member(name: str, content: bytes = CONTENT, **fields: object) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    for field, value in fields.items():
        setattr(info, field, value)
    return info, content


def archive(path: Path, named: dict[str, FileSum], *members: tuple[tarfile.TarInfo, bytes]) -> Path:
    """An archive that says one thing and holds another."""
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w") as tar:
        for info, content in (member(MANIFEST, spell(Packed.model_construct(files=named))), *members):
            tar.addfile(info, io.BytesIO(content))
    path.write_bytes(zstandard.ZstdCompressor().compress(raw.getvalue()))
    return path


def test_what_was_packed_comes_out_byte_for_byte(tmp_path: Path) -> None:
    files = {"node.db": os.urandom(3_000_000), "plugins/区/映射.lock": b"", "a/b/c": b"x" * 5_000_000}
    for name, content in files.items():
        (tmp_path / "root" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "root" / name).write_bytes(content)
    with (tmp_path / "file").open("wb") as out:
        pack_files(out, tmp_path / "root", Packed(files=sum_files(tmp_path / "root", quiet)), quiet)
    assert unpacked(tmp_path / "file", tmp_path / "to") == files


OUTSIDE = (
    "../out",
    "a/../../out",
    "/etc/out",
    "a//out",
    "./out",
    "a/.",
    "..",
    "C:out",
    "a\\out",
    "a\nout",
    "",
    "x" * 500,
)


@pytest.mark.parametrize("name", OUTSIDE)
def test_a_name_that_leads_out_of_the_folder_is_refused(tmp_path: Path, name: str) -> None:
    file = archive(tmp_path / "file", {name: SUM}, member(name))
    with pytest.raises(BadBackup):
        unpacked(file, tmp_path / "deep" / "to")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [file]


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE])
def test_a_link_or_device_is_refused(tmp_path: Path, kind: bytes) -> None:
    link = member("node.db", b"", type=kind, linkname="/etc/passwd")
    file = archive(tmp_path / "file", {"node.db": FileSum(size=0, sha256=digest(b""))}, link)
    with pytest.raises(BadBackup, match="does not name"):
        unpacked(file, tmp_path / "to")
    assert not (tmp_path / "to" / "node.db").exists()


def test_what_is_not_named_named_twice_missing_or_changed_is_refused(tmp_path: Path) -> None:
    wrong: dict[str, tuple[dict[str, FileSum], list[tuple[tarfile.TarInfo, bytes]]]] = {
        "does not name": ({"a": SUM}, [member("a"), member("b")]),
        "names twice": ({"a": SUM}, [member("a"), member("a")]),
        "b is missing": ({"a": SUM, "b": SUM}, [member("a")]),
        "a in it is damaged": ({"a": SUM}, [member("a", b"CONTENT")]),
    }
    for number, (why, (named, members)) in enumerate(wrong.items()):
        with pytest.raises(BadBackup, match=why):
            unpacked(archive(tmp_path / f"{number}.file", named, *members), tmp_path / f"{number}")


def harm_bomb(tmp_path: Path) -> Path:
    """Gigabytes of nothing where a name is expected, in a few kilobytes."""
    raw = io.BytesIO()
    compressor = zstandard.ZstdCompressor(level=3).stream_writer(raw, closefd=False)
    head = tarfile.TarInfo("x")
    head.type, head.size = tarfile.XHDTYPE, 8 * 2**30
    with tarfile.open(fileobj=io.BytesIO(), mode="w") as tar:
        first, content = member(MANIFEST, spell(Packed(files={})))
        compressor.write(first.tobuf(tar.format) + content.ljust(512, b"\0"))
        compressor.write(head.tobuf(tarfile.GNU_FORMAT))
    for _ in range(300):
        compressor.write(bytes(2**20))
    compressor.close()
    (tmp_path / "file").write_bytes(raw.getvalue())
    return tmp_path / "file"


def harm_nested(tmp_path: Path) -> Path:
    """A thousand names, each of the next name."""
    raw = bytearray()
    first, content = member(MANIFEST, spell(Packed(files={})))
    raw += first.tobuf() + content.ljust(512, b"\0")
    for _ in range(3000):
        head = tarfile.TarInfo("x")
        head.type, head.size = tarfile.XHDTYPE, 0
        raw += head.tobuf(tarfile.GNU_FORMAT)
    (tmp_path / "file").write_bytes(zstandard.ZstdCompressor().compress(bytes(raw)))
    return tmp_path / "file"


def harm_cut(tmp_path: Path) -> Path:
    """The first half of a good one."""
    file = archive(tmp_path / "whole", {"a": FileSum(size=10**6, sha256="0" * 64)}, member("a", os.urandom(10**6)))
    (tmp_path / "file").write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    return tmp_path / "file"


def harm_text(tmp_path: Path) -> Path:
    """A letter."""
    (tmp_path / "file").write_text("尊敬的同志", encoding="utf-8")
    return tmp_path / "file"


def harm_empty(tmp_path: Path) -> Path:
    """Nothing."""
    (tmp_path / "file").write_bytes(b"")
    return tmp_path / "file"


@pytest.mark.parametrize("harm", [harm_bomb, harm_nested, harm_cut, harm_text, harm_empty])
def test_a_file_that_is_damaged_or_made_to_do_harm_is_refused(tmp_path: Path, harm: Callable[[Path], Path]) -> None:
    with pytest.raises(BadBackup):
        unpacked(harm(tmp_path), tmp_path / "to")


def test_a_bomb_does_not_take_the_memory_that_it_asks_for(tmp_path: Path) -> None:
    file = harm_bomb(tmp_path)
    tracemalloc.start()
    try:
        with pytest.raises(BadBackup, match="more in it than it says"):
            unpacked(file, tmp_path / "to")
        assert tracemalloc.get_traced_memory()[1] < 10 * 2**20
    finally:
        tracemalloc.stop()


def test_more_than_the_disk_holds_is_said_before_anything_is_written(tmp_path: Path) -> None:
    file = archive(tmp_path / "file", {"a": FileSum(size=2**50, sha256="0" * 64)}, member("a"))
    with pytest.raises(NoRoomToUnpack, match="MB"):
        unpacked(file, tmp_path / "to")
    assert list((tmp_path / "to").iterdir()) == []
