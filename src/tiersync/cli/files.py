"""Files that commands write for people: none is written over unasked, and each is there whole or not at all."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tiersync.errors import FileThere

FOR_ALL, FOR_THIS_ACCOUNT = 0o666, 0o600  # What the system takes from the first by its own rules is not ours.


def spare(paths: Iterable[Path], force: bool) -> None:
    """Raise FileThere for a file that would be written over, unless that is wanted."""
    for path in paths:
        if path.exists() and not force:
            raise FileThere(file=path)


@contextmanager
def whole_or_not(path: Path, mode: int = FOR_ALL) -> Iterator[Path]:
    """A file beside `path` that takes its place in the end; if anything goes wrong, neither is there."""
    partial = path.with_name(f".partial-{path.name}")  # It ends alike, for libraries that tell formats by that.
    partial.touch(mode)
    try:
        yield partial
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
