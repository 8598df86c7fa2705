"""The source tree keeps the architecture, and the check that says so catches every kind of violation."""

import shutil
from pathlib import Path

import pytest

from tests.source_tree import RULES as ONE_MODULE_RULES
from tests.source_tree import cycles, modules, violations

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "tiersync"


@pytest.mark.parametrize("rule", ONE_MODULE_RULES, ids=lambda rule: rule.__name__)
def test_the_source_tree_has_no(rule) -> None:
    assert [said for module in modules(SOURCE) for said in rule(module)] == []


def test_no_modules_import_each_other_in_a_ring() -> None:
    assert cycles(SOURCE) == []


PLANTED = [
    ("model/planted.py", '"""P."""\nimport tiersync.store', "imports store: model may not"),
    ("flow/planted.py", '"""P."""\nfrom tiersync.web import client', "imports web: flow may not"),
    ("flow/planted.py", '"""P."""\nfrom tiersync import web', "imports web: flow may not"),
    ("web/planted.py", '"""P."""\nfrom ..flow import up', "imports flow: web may not"),
    ("store/planted.py", '"""P."""\nfrom tiersync.cli.main import main', "imports cli: store may not"),
    ("flow/planted.py", '"""P."""\nimport sqlalchemy as sa', "imports sqlalchemy, whose home is store"),
    ("flow/planted.py", '"""P."""\nfrom httpx import Client', "imports httpx, whose home is web"),
    ("rules/planted.py", '"""P."""\nfrom datetime import datetime\nSTART = datetime.now()', "reads the clock"),
    ("store/planted.py", '"""P."""\nimport time\nclock = time.time', "reads the clock"),
    ("plugins/planted.py", '"""P."""\nfrom time import time', "reads the clock"),
    ("link/planted.py", '"""P."""\nimport os', "imports os, which does I/O"),
    ("model/planted.py", '"""P."""\nTEXT = open("x").read()', "calls open, which does I/O"),
    ("rules/planted.py", '"""P."""\nimport polars as pl\nROWS = pl.read_csv("x")', "calls pl.read_csv, which does I/O"),
    ("flow/planted.py", '"""P."""\ndef late():\n    from json import loads', "imports json.loads inside late"),
    ("web/planted.py", '"""P."""\nprint("hello")', "prints"),
    ("flow/planted.py", '"""P."""\n' + "A = 1\n" * 300, "has 301 lines, more than 300"),
    ("flow/planted_utils.py", '"""P."""', "is named utils"),
    ("flow/planted.py", '"""P."""\ndef of(unit):\n    return unit.tier == "city"', "switches on the tier"),
    ("flow/planted.py", '"""P."""\ndef of(tier):\n    return tier in ("city", "street")', "switches on the tier"),
    (
        "flow/planted.py",
        '"""P."""\ndef of(tier):\n    match tier:\n        case "city":\n            pass',
        "switches on",
    ),
    ("flow/planted.py", "A = 1", "has no first line"),
    ("extras/planted.py", '"""P."""', "belongs to no package"),
]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the source tree to plant violations in."""
    folder = tmp_path_factory.mktemp("planted") / "tiersync"
    return Path(shutil.copytree(SOURCE, folder, ignore=shutil.ignore_patterns("__pycache__")))


@pytest.fixture(scope="module")
def already_there(copy: Path) -> set[str]:
    return set(violations(copy))


@pytest.mark.parametrize(("file", "text", "caught"), PLANTED, ids=[f"{file}-{said}" for file, _, said in PLANTED])
def test_a_planted_violation_is_caught(copy: Path, already_there: set[str], file: str, text: str, caught: str) -> None:
    planted = copy / file
    planted.parent.mkdir(exist_ok=True)
    planted.write_text(text, encoding="utf-8")
    found = set(violations(copy)) - already_there
    planted.unlink()
    assert any(caught in said for said in found), found


def test_a_planted_ring_is_caught(tmp_path: Path) -> None:
    (tmp_path / "flow").mkdir()
    (tmp_path / "flow" / "up.py").write_text("from tiersync.flow import down", encoding="utf-8")
    (tmp_path / "flow" / "down.py").write_text("from .up import push", encoding="utf-8")
    assert "flow.up" in cycles(tmp_path)[0]
    assert "flow.down" in cycles(tmp_path)[0]
