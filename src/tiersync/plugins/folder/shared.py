"""An inbox that a group of the machine may put files into, while everything else of the node stays closed to it."""

import os
import stat
from pathlib import Path

from tiersync.errors import NotShared

try:
    from grp import getgrgid, getgrnam
except ImportError:  # Only POSIX has groups of this kind.
    getgrgid = getgrnam = None  # type: ignore[assignment]

INBOX = "inbox"
PASS, SHARED = 0o710, 0o2770  # What lies in a shared inbox belongs to the group, whoever put it there.
CLOSED = stat.S_IRWXG | stat.S_IRWXO


def share_inbox(folder: Path, group: str) -> None:
    """Let the members of a group of this machine into the inbox of the plugin in `folder`, and nowhere else.

    They may pass through the folders above it. Raises NotShared.
    """
    gid = _group(group)
    plugins = folder.parent
    for other in _shared(plugins):
        if other.stat().st_gid != gid:
            taken = getgrgid(other.stat().st_gid).gr_name
            raise NotShared(
                group=group, why_en=f"the inbox of {other.name} is open to {taken}, and a node opens to one group only",
                why_zh=f"{other.name} 的 inbox 已对 {taken} 开放，一个节点只能对一个组开放",
            )  # fmt: skip
    (folder / INBOX).mkdir(exist_ok=True)
    _close({*folder.iterdir(), *plugins.iterdir()} - {folder, folder / INBOX, *_shared(plugins)})
    try:
        for path, mode in ((folder / INBOX, SHARED), (folder, PASS), (plugins, PASS), (plugins.parent, PASS)):
            os.chown(path, -1, gid)
            path.chmod(mode)
    except PermissionError as error:
        raise NotShared(
            group=group, why_en="this account is no member of it, or does not own the folders",
            why_zh="运行本程序的账户不是该组成员，或不是这些目录的所有者",
        ) from error  # fmt: skip


def _group(name: str) -> int:
    if getgrnam is None:
        raise NotShared(group=name, why_en="this system has no such groups", why_zh="本系统没有这种用户组")
    try:
        return getgrnam(name).gr_gid
    except KeyError as error:
        raise NotShared(group=name, why_en="there is no such group on this machine", why_zh="本机没有这个组") from error


def _shared(plugins: Path) -> list[Path]:
    """The plugin folders whose inbox is open to a group."""
    inboxes = [path for path in plugins.glob(f"*/{INBOX}") if path.stat().st_mode & stat.S_ISGID]
    return [inbox.parent for inbox in inboxes]


def _close(paths: set[Path]) -> None:
    """Nobody but this account; what is a link stays what it is."""
    for path in paths:
        if not path.is_symlink():
            path.chmod(stat.S_IMODE(path.stat().st_mode) & ~CLOSED)
