"""Secrets of sources: from the environment, a file that only its owner can read, a command, or a place that a plugin
package knows, in this order."""

import os
import re
import shlex
import stat
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from tiersync.errors import NoSecret

Find = Callable[[str], str | None]

FOLDER = Path("keys") / "secrets"
PREFIX = "TIERSYNC_SECRET_"
NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
LONGEST = 64 * 1024  # characters
PATIENCE = 30  # seconds that a command may take, for a person may have to touch a key


def variable_of(name: str) -> str:
    """The environment variable that may hold the secret: decheng.dsn is TIERSYNC_SECRET_DECHENG_DSN."""
    return PREFIX + re.sub(r"[^A-Z0-9]", "_", name.upper())


def find_secret(folder: Path, command: str, others: Sequence[Find], name: str) -> str:
    """The secret called `name` of the node in `folder`; `command` is run with the name as its last word, '' for none;
    `others` are asked at last.

    Raises NoSecret, which says where it was looked for, and never what was found.
    """
    if not NAME.fullmatch(name):
        raise NoSecret(name=name, why_en="no such name can be", why_zh="名称不合规")
    if secret := os.environ.get(variable_of(name)):
        return secret
    file = folder / FOLDER / name
    if file.exists():
        return _from_file(file, name)
    if command:
        return _from_command(command, name)
    for find in others:
        if secret := _asked(find, name):
            return secret
    raise NoSecret(
        name=name,
        why_en=f"write it into {file} (chmod 600), or set {variable_of(name)}",
        why_zh=f"请写入文件 {file}（权限 600），或设置环境变量 {variable_of(name)}",
    )


def _from_file(file: Path, name: str) -> str:
    if sys.platform != "win32" and stat.S_IMODE(file.stat().st_mode) & 0o077:
        raise NoSecret(
            name=name, why_en=f"others can read {file}; chmod 600 it", why_zh=f"{file} 可被他人读取，请 chmod 600"
        )
    try:
        return _checked(file.read_text(encoding="utf-8-sig").strip(), name)
    except (OSError, UnicodeDecodeError):
        raise NoSecret(name=name, why_en=f"{file} cannot be read", why_zh=f"{file} 无法读取") from None


def _from_command(command: str, name: str) -> str:
    try:
        done = subprocess.run([*shlex.split(command), name], capture_output=True, text=True, timeout=PATIENCE)
    except (OSError, ValueError, subprocess.SubprocessError):
        done = None
    if done is None or done.returncode:
        raise NoSecret(name=name, why_en="the command under [secrets] failed", why_zh="[secrets] 中的命令执行失败")
    return _checked(done.stdout.strip(), name)


def _asked(find: Find, name: str) -> str:
    """What another place says, '' where it has nothing. What it says of a failure could hold the secret."""
    try:
        secret = find(name)
    except Exception as error:
        said = type(error).__name__
        raise NoSecret(name=name, why_en=f"a plugin package failed ({said})", why_zh=f"插件包出错（{said}）") from None
    return _checked(secret, name) if secret else ""


def _checked(secret: str, name: str) -> str:
    if not 0 < len(secret) <= LONGEST:
        raise NoSecret(name=name, why_en="what was found is empty, or too long", why_zh="内容为空或过长")
    return secret
