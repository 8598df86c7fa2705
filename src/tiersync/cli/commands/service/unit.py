"""The unit of systemd for one node's folder, made of the one that deploy/ has for all."""

import hashlib
import os
import re
import sys
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from tiersync.errors import OddFolder

TEMPLATE = "tiersync@.service"
LIVING = ("/home", "/root", "/run/user")  # what ProtectHome= hides
PASSING = ("/tmp", "/var/tmp")  # what PrivateTmp= hides
# What an account may ask of its own systemd; the others take rights that only the machine's has.
OF_AN_ACCOUNT = frozenset({
    "Description", "StartLimitIntervalSec", "ConditionPathExists", "ExecStart", "EnvironmentFile", "Environment",
    "Restart", "RestartSec", "KillMode", "TimeoutStopSec", "UMask",
    "LimitNOFILE", "MemoryHigh", "MemoryMax", "TasksMax", "NoNewPrivileges", "LockPersonality",
    "RestrictAddressFamilies", "RestrictNamespaces", "RestrictRealtime", "RestrictSUIDSGID",
    "SystemCallArchitectures", "SystemCallFilter", "SystemCallErrorNumber", "WantedBy",
})  # fmt: skip


class SystemService(NamedTuple):
    """What is kept running: a node's folder, by which program, as which account; '' for the account that asks."""

    folder: Path
    program: tuple[str, ...]
    runs: str = "run"
    account: str = ""

    @property
    def name(self) -> str:
        """The unit's name: the folder's, and a few letters that tell folders of one name apart."""
        apart = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:8]
        return f"{self.prefix}{re.sub('[^A-Za-z0-9_.]', '_', self.folder.name)[:40]}-{apart}.service"

    @property
    def prefix(self) -> str:
        return "tiersync-" if self.runs == "run" else f"tiersync-{self.runs}-"


def this_program() -> tuple[str, ...]:
    """How this installation of tiersync is called."""
    script = Path(sys.executable).with_name("tiersync")
    return (str(script),) if script.exists() else (sys.executable, "-m", "tiersync.cli.main")


def template() -> str:
    """The unit that deploy/systemd has, which a wheel brings along."""
    here = Path(__file__).resolve()
    in_wheel = here.parents[3] / "systemd" / TEMPLATE
    file = in_wheel if in_wheel.is_file() else here.parents[5] / "deploy" / "systemd" / TEMPLATE
    return file.read_text(encoding="utf-8")


def unit_text(service: SystemService) -> str:
    """The unit as systemd reads it; raises OddFolder for a name that it could read otherwise."""
    folder, program = spelled(service.folder), [spelled(word) for word in service.program]
    command = [f":{program[0]}", *program[1:], service.runs, folder]  # The colon: a $ in a name is no variable.
    written = {
        "Description": f"tiersync {service.runs} {folder}",
        "ConditionPathExists": f"{folder}/tiersync.toml",
        "ExecStart": " ".join(f'"{word}"' for word in command),
        "User": service.account,
        "EnvironmentFile": f"-%E/tiersync/{environment_of(service).name}",
        "ReadWritePaths": f'"{folder}"',
    }
    if not service.account:
        written["WantedBy"] = "default.target"
    if is_below([service.folder, *map(Path, service.program[:1]), Path(sys.executable).resolve()], LIVING):
        written["ProtectHome"] = "read-only"
    if is_below([service.folder], PASSING):
        written["PrivateTmp"] = "no"
    lines = (filled(line, written) for line in without_comments(template()))
    kept = [line for line in lines if service.account or key_of(line) in OF_AN_ACCOUNT or "=" not in line]
    return "# Written by tiersync service install; tiersync service uninstall takes it away.\n" + "\n".join(kept) + "\n"


def environment_of(service: SystemService) -> Path:
    """The file that holds the environment of a service of the machine; it need not be there."""
    return Path("/etc/tiersync") / f"{service.name.removesuffix('.service')}.env"


def without_comments(text: str) -> list[str]:
    return [line for line in text.splitlines() if not line.startswith("#")]


def filled(line: str, written: dict[str, str]) -> str:
    """A line of the template with what this service has there."""
    key = key_of(line)
    return f"{key}={written[key]}" if "=" in line and key in written else line


def key_of(line: str) -> str:
    return line.partition("=")[0]


def spelled(name: object) -> str:
    """A path as it stands in a unit; raises OddFolder where no spelling is sure."""
    said = str(name)
    odd = next((char for char in said if char in "\"'\\" or unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp")), "")
    if odd or said != said.strip():
        why = repr(odd) if odd else "' '"
        raise OddFolder(dir=said, why_en=f"its name has {why}", why_zh=f"名称中含有 {why}")
    return said.replace("%", "%%")


def is_below(paths: Iterable[Path], places: Iterable[str]) -> bool:
    return any(path.is_relative_to(place) for path in paths for place in places)
