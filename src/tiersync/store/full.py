"""A disk that is full, told from other refusals of the machine."""

import errno
from pathlib import Path

from tiersync.errors import DiskFull, MachineRefused, ThisNode

FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}


def refused_by(error: OSError, folder: Path) -> ThisNode:
    """What the machine's refusal to write in `folder` means."""
    if error.errno in FULL or (error.errno is None and "os error 28" in str(error)):
        return DiskFull(dir=folder)
    return MachineRefused(path=folder, why=error.strerror or str(error))
