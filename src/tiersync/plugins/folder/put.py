"""Putting a file where a stream reads it: into the folder that its path names, whole or not at all."""

from fnmatch import fnmatchcase
from pathlib import Path

from tiersync.errors import BadSource
from tiersync.plugins.folder.manifest import Plugin
from tiersync.plugins.folder.stream import Stream
from tiersync.plugins.kinds.files import WILD, digest_of, fixed_part, shown_name


def place_for(plugin: Plugin, stream: Stream, name: str) -> Path:
    """Where a file of that name belongs. Raises BadSource where the stream would not read it there."""
    written = Path(stream.source.path)
    folder = fixed_part(plugin.folder / written)
    fits = fnmatchcase(name, written.name) if WILD & {*written.name} else name == written.name
    if not fits or name != Path(name).name or name.startswith("."):
        raise BadSource(
            place=f"{plugin.id}/{stream.name}",
            why_en=f"it reads {stream.source.path}, so a file called {shown_name(name)} would not be read",
            why_zh=f"它读取的是 {stream.source.path}，名为 {shown_name(name)} 的文件不会被读取",
            turn_en="Give the file a fitting name with --as",
            turn_zh="请用 --as 指定合适的文件名",
        )
    return folder / name


def same_there(file: Path, folder: Path) -> Path | None:
    """A file of the folder with the same bytes."""
    size, wanted = file.stat().st_size, ""
    for other in sorted(folder.iterdir()) if folder.is_dir() else ():
        if other.is_file() and other.stat().st_size == size:
            wanted = wanted or digest_of(file)
            if digest_of(other) == wanted:
                return other
    return None
