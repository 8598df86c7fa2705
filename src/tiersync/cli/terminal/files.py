"""Files that commands write for people: none is written over unasked, and each is there whole or not at all."""

import errno
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tiersync.errors import DiskFull, FileThere
from tiersync.store.files.full import FULL

FOR_ALL, FOR_THIS_ACCOUNT = 0o644, 0o600


def spare(paths: Iterable[Path], force: bool) -> None:
    """Raise FileThere for a file that would be written over, unless that is wanted, and OSError for what is no file, or
    would lie in a folder that is not there."""
    for path in paths:
        if not path.parent.is_dir():
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
        if path.exists() and not path.is_file():
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL), str(path))
        if path.exists() and not force:
            raise FileThere(file=path)


@contextmanager
def whole_or_not(path: Path, mode: int = FOR_ALL) -> Iterator[Path]:
    """A file beside `path` that takes its place in the end; if anything goes wrong, neither is there.

    Raises DiskFull.
    """
    target = path.resolve()  # Behind a link lies what somebody means.
    handle, name = tempfile.mkstemp(suffix=target.suffix, prefix=".tiersync-", dir=target.parent)
    os.close(handle)
    partial = Path(name)
    try:
        yield partial
        partial.chmod(mode)
        partial.replace(target)
    except Exception as error:
        if is_full(error):
            raise DiskFull(dir=target.parent) from error
        raise
    finally:
        partial.unlink(missing_ok=True)


def is_full(error: BaseException) -> bool:
    """Whether an error, or the one that a library hands on in it, says that a disk is full."""
    return any(isinstance(one, OSError) and one.errno in FULL for one in (error, *error.args))
