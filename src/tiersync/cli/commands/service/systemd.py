"""What is asked of systemd: of the machine's, or of an account's own."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from tiersync.errors import NoService, NoSystemd, ServiceFailed

PATIENCE = 60  # seconds that systemd may take
SHOWN = ("ActiveState", "SubState", "UnitFileState", "ExecMainStartTimestamp", "NRestarts")


class SystemdReply(NamedTuple):
    """How systemctl ended, and what it said."""

    code: int
    text: str


class Systemd(NamedTuple):
    """The systemd that keeps a service: whose it is, and where its units lie."""

    is_own: bool

    @property
    def folder(self) -> Path:
        if not self.is_own:
            return Path("/etc/systemd/system")
        return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "systemd" / "user"

    def ask(self, *words: str) -> SystemdReply:
        """What systemctl says to these words; raises NoSystemd where there is none."""
        program = shutil.which("systemctl")
        if program is None:
            raise NoSystemd(why_en="there is no systemctl", why_zh="没有 systemctl")
        own = ["--user"] if self.is_own else []
        try:
            done = subprocess.run(
                [program, *own, "--no-pager", *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL, text=True, encoding="utf-8", errors="replace", timeout=PATIENCE,
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired) as error:
            raise NoSystemd(why_en="systemctl does not answer", why_zh="systemctl 没有响应") from error
        return SystemdReply(done.returncode, " ".join(done.stdout.split()))

    def check(self) -> None:
        """Raise NoSystemd where nothing answers, as in most containers."""
        said = self.ask("show", "--property=Version")
        if said.code:
            raise NoSystemd(why_en=said.text, why_zh=said.text)

    def order(self, *words: str) -> None:
        """The same, where it must be done; raises ServiceFailed."""
        said = self.ask(*words)
        if said.code:
            raise ServiceFailed(said=said.text)

    def install(self, name: str, text: str) -> None:
        """Keep a service running from now on and after each start of the machine; nothing is changed if that fails."""
        with self.put_back(name):
            write(self.folder / name, text)
            self.order("daemon-reload")
            self.order("enable", name)
            self.order("restart", name)

    @contextmanager
    def put_back(self, name: str) -> Iterator[None]:
        """Put the unit back as it was if what follows goes wrong."""
        file = self.folder / name
        before = file.read_text(encoding="utf-8") if file.exists() else None
        try:
            yield
        except BaseException:
            with suppress(NoSystemd):
                if before is None:
                    self.ask("disable", "--now", name)
            file.unlink(missing_ok=True)
            if before is not None:
                write(file, before)
            with suppress(NoSystemd):
                self.ask("daemon-reload")
                if before is not None:
                    self.ask("restart", name)
            raise

    def uninstall(self, name: str) -> None:
        """End a service and forget it; raises NoService."""
        self.check_installed(name)
        self.order("disable", "--now", name)
        (self.folder / name).unlink()
        self.order("daemon-reload")

    def status(self, name: str) -> dict[str, str]:
        """What systemd knows of a service; raises NoService."""
        self.check_installed(name)
        said = {key: self.ask("show", f"--property={key}", "--value", name).text for key in SHOWN}
        return {"unit": name, **said}

    def check_installed(self, name: str) -> None:
        if not (self.folder / name).is_file():
            raise NoService(unit=name)


def write(file: Path, text: str) -> None:
    """The whole of a unit, or nothing of it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    half = file.with_name(f".{file.name}.half")
    try:
        half.write_text(text, encoding="utf-8")
        half.replace(file)
    finally:
        half.unlink(missing_ok=True)
