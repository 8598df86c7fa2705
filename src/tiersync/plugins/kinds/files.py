"""The files of a source: which they are, and what their bytes are."""

import hashlib
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from tiersync.errors import BadSource
from tiersync.model.canonical import canonical, digest
from tiersync.model.hidden import escaped_line
from tiersync.plugins.folder.manifest import Plugin
from tiersync.plugins.folder.stream import Stream
from tiersync.plugins.hooks import source_kind
from tiersync.rules.rows.returned import CORRECTED

CODE = "source.py"
WILD = frozenset("*?[")
LEFT_BY_PROGRAMS = ("~$", ".", "Thumbs.db", "desktop.ini")  # by open workbooks, and by windows that show folders


class SourceFile(NamedTuple):
    """A file of a source, and its name as places tell it: the path below the folder that the source names, with what
    nobody sees spelled out."""

    path: Path
    name: str


def files_of(plugin: Plugin, stream: Stream) -> list[SourceFile]:
    """The files that a stream's path names and that were not read, in order of name as people count: 2月 before 10月.

    Raises BadSource when it names none. There may be none left for one that goes on from what it has read; the folder
    itself must be there, as one that cannot be reached tells nothing.
    """
    written = Path(stream.source.path)
    root = plugin.folder if not written.is_absolute() else fixed_part(written)
    pattern = written.relative_to(root) if written.is_absolute() else written
    found = sorted({path for path in _match(root, pattern) if _is_record_file(path)}, key=_as_counted)
    if not found and not (stream.resume.goes_on and fixed_part(root / pattern).is_dir()):
        raise BadSource(
            place=f"{plugin.id}/{stream.name}",
            why_en=f"no file is called {stream.source.path}",
            why_zh=f"没有名为 {stream.source.path} 的文件",
        )
    if not written.is_absolute():
        _refuse_strays(plugin, found)
    return [one for one in _named(found, root) if one.name not in stream.resume.read]


def corrected_of(plugin: Plugin) -> list[SourceFile]:
    """The workbooks of corrected rows in a plugin's folder, in order of name."""
    found = sorted(filter(_is_record_file, (plugin.folder / CORRECTED).glob("*")), key=_as_counted)
    _refuse_strays(plugin, found)
    return _named(found, plugin.folder)


def shown_name(name: str) -> str:
    """A file's name as it can be shown and told: one that was written in GB18030, as old archives have it, is read so,
    and what nobody sees is spelled out."""
    try:
        name.encode()
    except UnicodeEncodeError:
        with suppress(UnicodeDecodeError):
            name = os.fsencode(name).decode("gb18030")
    return escaped_line(name)


def _named(paths: Iterable[Path], root: Path) -> list[SourceFile]:
    """Files with their names, no two of which are the same."""
    written = {path: path.relative_to(root).as_posix() for path in paths}
    shown = {path: shown_name(name) for path, name in written.items()}
    times = Counter(shown.values())
    return [SourceFile(path, name if times[name] == 1 else escaped_line(written[path])) for path, name in shown.items()]


def _as_counted(path: Path) -> tuple[list[list[str | int]], Path]:
    """What puts a file in its place: of each folder and its name the text and the numbers, in turn."""
    return [
        [int(piece) if number % 2 else piece for number, piece in enumerate(re.split(r"([0-9]+)", part))]
        for part in path.parts
    ], path


def corrected_digests(plugin: Plugin) -> list[tuple[str, str]]:
    """Name and SHA-256 of each workbook of corrected rows."""
    return [(found.name, digest_of(found.path)) for found in corrected_of(plugin)]


def digests_of(plugin: Plugin, stream: Stream) -> list[tuple[str, str]]:
    """Name and SHA-256 of each file that a stream's path names. Raises BadSource as `files_of` does."""
    return [(found.name, digest_of(found.path)) for found in files_of(plugin, stream)]


def code_of(plugin: Plugin, stream: Stream) -> str:
    """One digest over what tells how a stream is mapped: the plugin.toml, and the source.py of one that has its own."""
    code = plugin.folder / CODE
    if stream.source.kind != "python" or not code.is_file():
        return plugin.digest
    return digest(canonical([plugin.digest, digest_of(code)]))


def digest_of(path: Path) -> str:
    """SHA-256 of a file's bytes, in hex, read piece by piece."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def reads_files(stream: Stream) -> bool:
    """Whether a stream's rows stand in files that its source's path names."""
    kind = source_kind(stream.source.kind)
    return kind is not None and kind.reads_files


def fingerprint(plugin: Plugin, stream: Stream) -> str | None:
    """One digest over a stream's files, their names and the plugin.toml; None where only reading tells of a change."""
    return fingerprint_of(plugin, stream, digests_of(plugin, stream)) if reads_files(stream) else None


def fingerprint_of(plugin: Plugin, stream: Stream, files: Iterable[tuple[str, str]]) -> str:
    """The same, of files whose digests are known."""
    read = [list(one) for one in (*files, *corrected_digests(plugin))]
    return digest(canonical([plugin.digest, stream.name, read]))


def fixed_part(path: Path) -> Path:
    """The folder above the first wildcard, or above the file."""
    fixed = path.parent
    while WILD & set(str(fixed)):
        fixed = fixed.parent
    return fixed


def _match(root: Path, pattern: Path) -> Iterator[Path]:
    if (root / pattern).is_file():  # Also a name in which [ or * is meant.
        return iter((root / pattern,))
    return root.glob(str(pattern))


def _is_record_file(path: Path) -> bool:
    return path.is_file() and not path.name.startswith(LEFT_BY_PROGRAMS)


def _refuse_strays(plugin: Plugin, found: list[Path]) -> None:
    """A link out of the plugin's folder is refused: what a folder reads must be seen in the folder."""
    for path in found:
        if not path.resolve().is_relative_to(plugin.folder):
            raise BadSource(
                place=f"{plugin.id}/{shown_name(path.name)}",
                why_en="it is a link that leads out of the plugin's folder",
                why_zh="这是指向插件目录之外的链接",
            )
