"""Writes dist/tiersync-VERSION-offline.tar: all that an office without a network needs: python -m tools.bundle.

Every wheel of the lock for each platform, tiersync's own wheel, how to install them, and the sums of all of it.
`--platform here` takes this machine's platform only.
"""

import argparse
import hashlib
import platform
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from packaging.requirements import Requirement

from tiersync import __version__

ROOT = Path(__file__).parents[1]
LOCK = ROOT / "requirements" / "deploy.txt"
NAME = f"tiersync-{__version__}-offline"
PYTHON = "3.11"
OLDEST = [f"manylinux_2_{minor}" for minor in range(28, 16, -1)] + ["manylinux2014", "manylinux2010", "manylinux1"]
SUMS = "SHA256SUMS"
GOES_ALONG = (
    "deploy/systemd",
    "deploy/caddy",
    "deploy/nginx",
    "deploy/windows",
    "docs/tiersync.1",
    "docs/tiersync.zh.1",
)


class Platform(NamedTuple):
    """A kind of machine: as wheels name it, oldest last, and as a lock's markers ask about it."""

    name: str
    tags: tuple[str, ...]
    asked: dict[str, str]


def linux(machine: str) -> Platform:
    asked = {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix", "platform_machine": machine}
    return Platform(f"linux-{machine}", tuple(f"{tag}_{machine}" for tag in OLDEST), asked)


WINDOWS = {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt", "platform_machine": "AMD64"}
PLATFORMS = {
    one.name: one for one in (linux("x86_64"), linux("aarch64"), Platform("windows-amd64", ("win_amd64",), WINDOWS))
}
INTERPRETER = {
    "python_version": PYTHON, "python_full_version": f"{PYTHON}.0", "implementation_name": "cpython",
    "platform_python_implementation": "CPython",
}  # fmt: skip


def here() -> str:
    """The name of this machine's platform."""
    system = platform.system().lower()
    return f"{system}-{platform.machine().lower() if system == 'windows' else platform.machine()}"


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m tools.bundle", description=__doc__)
    parser.add_argument("--platform", choices=["all", "here", *PLATFORMS], default="all")
    parser.add_argument("--into", type=Path, default=ROOT / "dist")
    asked = parser.parse_args(arguments)
    names = list(PLATFORMS) if asked.platform == "all" else [here() if asked.platform == "here" else asked.platform]
    print(bundle([PLATFORMS[name] for name in names], asked.into))


def bundle(platforms: Sequence[Platform], into: Path) -> Path:
    """The archive for these platforms, written into a folder."""
    into.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as place:
        folder = Path(place) / NAME
        (folder / "wheels").mkdir(parents=True)
        (folder / "requirements").mkdir()
        build_own(folder / "wheels")
        for one in platforms:
            wanted = folder / "requirements" / f"{one.name}.txt"
            wanted.write_text(requirements_of(LOCK.read_text("utf-8"), one), encoding="utf-8")
            download(one, wanted, folder / "wheels")
        copy_rest(folder)
        write_sums(folder)
        return pack(folder, into)


def requirements_of(lock: str, asked: Platform) -> str:
    """The lines of a lock that hold on a platform, without their markers: pip would ask the machine it runs on."""
    return "".join(f"{line}\n" for line in kept_lines(lock.replace("\\\n", " "), INTERPRETER | asked.asked))


def kept_lines(lock: str, environment: dict[str, str]) -> Iterator[str]:
    for line in filter(str.strip, lock.splitlines()):
        spelled, *hashes = line.split(" --hash=")
        requirement = Requirement(spelled.strip())
        if requirement.marker is None or requirement.marker.evaluate(environment):
            yield " --hash=".join([f"{requirement.name}{requirement.specifier}", *(one.strip() for one in hashes)])


def pip(*arguments: object) -> None:
    words = [sys.executable, "-m", "pip", "-qq", "--no-input", "--disable-pip-version-check", *map(str, arguments)]
    subprocess.run(words, check=True, stdout=sys.stderr)


def build_own(into: Path) -> None:
    """tiersync's own wheel, built by the hatchling of the lock."""
    pip("wheel", "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", into, ROOT)


def download(one: Platform, wanted: Path, into: Path) -> None:
    """The wheels for a platform, each with a hash of the lock."""
    tags = [word for tag in one.tags for word in ("--platform", tag)]
    only = (
        "--only-binary=:all:",
        "--no-deps",
        "--require-hashes",
        "--implementation",
        "cp",
        "--python-version",
        PYTHON,
    )
    pip("download", *only, *tags, "--dest", into, "-r", wanted)


def copy_rest(folder: Path) -> None:
    """What is read and run where it is installed."""
    for file in sorted((ROOT / "deploy" / "offline").iterdir()):
        shutil.copy(file, folder / file.name)
    shutil.copy(ROOT / "LICENSE", folder)
    for name in GOES_ALONG:
        (folder / name).parent.mkdir(exist_ok=True)
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, folder / name)


def write_sums(folder: Path) -> None:
    """The sum of every file, as sha256sum writes and reads them."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder).as_posix()}" for path in files
    ]
    (folder / SUMS).write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def pack(folder: Path, into: Path) -> Path:
    """The folder as one archive, and its own sum beside it."""
    archive = into / f"{folder.name}.tar"
    with tarfile.open(archive, "w") as packed:  # Wheels are compressed already.
        packed.add(folder, folder.name, filter=owned_by_nobody)
    said = hashlib.sha256(archive.read_bytes()).hexdigest()
    archive.with_name(f"{archive.name}.sha256").write_text(f"{said}  {archive.name}\n", encoding="utf-8", newline="\n")
    return archive


def owned_by_nobody(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    """A member of the archive that says nothing of the machine it was made on."""
    if "__pycache__" in member.name:
        return None
    member.uid = member.gid = member.mtime = 0
    member.uname = member.gname = ""
    member.mode = 0o755 if member.isdir() or member.name.endswith(".sh") else 0o644
    return member


if __name__ == "__main__":
    main(sys.argv[1:])
