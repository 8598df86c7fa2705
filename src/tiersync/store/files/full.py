"""A disk that is full, told from other refusals of the machine."""

import errno
import shutil
from pathlib import Path

from tiersync.errors import DiskFull, MachineRefused, ThisNode, why_not

FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}
NO_ROOM = 256 * 1024  # bytes: less than a database and a snapshot need for the smallest step


def refused_by(error: Exception, folder: Path) -> ThisNode:
    """What a refusal to write in `folder` means, whichever library met it."""
    number = getattr(error, "errno", None)
    if number in FULL or (number is None and has_no_room(folder)):
        return DiskFull(dir=folder)
    return MachineRefused(path=folder, **why_not(error))


def has_no_room(folder: Path) -> bool:
    """Whether the disk that holds `folder` is as good as full: libraries call that by many names."""
    return shutil.disk_usage(folder).free < NO_ROOM
