"""What the repository says holds on every machine: no address of a package index, no path of one computer."""

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# Spelt in pieces, so that this file does not hold what it looks for.
HOSTS = ["py" + "pi.", "python" + "hosted", "npm" + "js.", "npm" + "mirror", "crates" + ".io", "tuna." + "tsinghua"]
PATHS = ["/wor" + "k/", "/ro" + "ot/", "/opt" + "/", "/home" + r"/\w", r"[A-Z]:\\Us" + "ers", "/Us" + r"ers/\w"]
OPTIONS = ["--index" + "-url", "--extra-index" + "-url", "--find" + "-links"]
MADE = re.compile(r"\.git|\.venv.*|\..*_cache|\.hypothesis|__pycache__|node_modules|dist|build|demo|.*\.db")


def kept_files(folder: Path = ROOT) -> Iterator[Path]:
    """Every file that belongs to the repository, walked without git so that an unpacked copy is checked too."""
    for path in sorted(folder.iterdir()):
        if MADE.fullmatch(path.name):
            continue
        yield from kept_files(path) if path.is_dir() else [path]


def hits(pattern: str) -> list[str]:
    wanted = re.compile(pattern.encode())
    return [str(path.relative_to(ROOT)) for path in kept_files() if wanted.search(path.read_bytes())]


@pytest.mark.parametrize("host", HOSTS)
def test_no_file_names_a_package_index(host: str) -> None:
    assert hits(re.escape(host)) == []


@pytest.mark.parametrize("option", OPTIONS)
def test_no_file_chooses_a_package_index(option: str) -> None:
    assert hits(re.escape(option)) == []


@pytest.mark.parametrize("path", PATHS)
def test_no_file_points_at_one_machine(path: str) -> None:
    assert hits(path) == []


@pytest.mark.parametrize(
    "lock",
    [
        "requirements/run.txt",
        "requirements/dev.txt",
        "requirements/deploy.txt",
        "bench/peers/dlt.txt",
        "bench/peers/nats.txt",
    ],
)
def test_a_lock_pins_every_package_with_hashes(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", " ")
    packages = [line for line in text.splitlines() if line.strip()]
    assert packages
    assert [line for line in packages if "==" not in line or "--hash=sha256:" not in line] == []


@pytest.mark.parametrize("bench", sorted(path.name for path in (ROOT / "bench").glob("*.py")))
def test_what_a_bench_takes_from_the_program_is_there(bench: str) -> None:
    tree = ast.parse((ROOT / "bench" / bench).read_text(encoding="utf-8"))
    taken = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module]
    for module, names in ((node.module or "", node.names) for node in taken):
        if module.partition(".")[0] == "tiersync":
            there = import_module(module)
            lacking = [name.name for name in names if not hasattr(there, name.name)]
            assert [name for name in lacking if find_spec(f"{module}.{name}") is None] == [], module
