"""The source tree keeps the architecture, and the check that says so catches every kind of violation."""

import re
import shutil
from pathlib import Path

import pytest

from tests.source_tree import RULES as ONE_MODULE_RULES
from tests.source_tree import Module, crowded_rooms, cycles, modules, named_twice, violations

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "tiersync"


@pytest.fixture(scope="module")
def source() -> list[Module]:
    """The source tree, parsed once for all rules."""
    return modules(SOURCE)


@pytest.mark.parametrize("rule", ONE_MODULE_RULES, ids=lambda rule: rule.__name__)
def test_the_source_tree_has_no(rule, source: list[Module]) -> None:
    assert [said for module in source for said in rule(module)] == []


def test_no_modules_import_each_other_in_a_ring() -> None:
    assert cycles(SOURCE) == []


def test_no_class_name_stands_for_two_things() -> None:
    assert named_twice(SOURCE) == []


PLANTED = [
    ("model/planted", '"""P."""\nimport tiersync.store', "imports store: model may not"),
    ("flow/planted", '"""P."""\nfrom tiersync.web import client', "imports web: flow may not"),
    ("flow/planted", '"""P."""\nfrom tiersync import web', "imports web: flow may not"),
    ("web/planted", '"""P."""\nfrom ..flow import up', "imports flow: web may not"),
    ("store/planted", '"""P."""\nfrom tiersync.cli.main import main', "imports cli: store may not"),
    ("flow/planted", '"""P."""\nimport sqlalchemy as sa', "imports sqlalchemy, whose home is plugins and store"),
    ("flow/planted", '"""P."""\nfrom httpx import Client', "imports httpx, whose home is plugins and web"),
    ("rules/planted", '"""P."""\nfrom datetime import datetime\nSTART = datetime.now()', "reads the clock"),
    ("store/planted", '"""P."""\nimport time\nclock = time.time', "reads the clock"),
    ("plugins/planted", '"""P."""\nfrom time import time', "reads the clock"),
    ("link/planted", '"""P."""\nimport os', "imports os, which does I/O"),
    ("model/planted", '"""P."""\nTEXT = open("x").read()', "calls open, which does I/O"),
    ("rules/planted", '"""P."""\nimport polars as pl\nROWS = pl.read_csv("x")', "calls pl.read_csv, which does I/O"),
    ("flow/planted", '"""P."""\ndef late():\n    from json import loads', "imports json.loads inside late"),
    ("web/planted", '"""P."""\nprint("hello")', "prints"),
    ("flow/planted", '"""P."""\n' + "A = 1\n" * 300, "has 301 lines, more than 300"),
    ("flow/planted", '"""P."""\ndef of():\n' + "    a = 1\n" * 50, "of has 51 lines, more than 50"),
    ("cli/planted", '"""P."""\nSAID = say(f"no {1}", "没有")', "says English before Chinese"),
    ("cli/planted", '"""P."""\nSAID = f"{say(\'no\', \'没有\')}"', "says English before Chinese"),
    ("cli/planted", '"""P."""\ndef of(node):\n    with node.store.read() as db:\n        pass', "opens a transaction"),
    ("flow/utils_planted", '"""P."""', "is named utils"),
    ("flow/planted", '"""P."""\ndef of(unit):\n    return unit.tier == "city"', "switches on the tier"),
    ("flow/planted", '"""P."""\ndef of(tier):\n    return tier in ("city", "street")', "switches on the tier"),
    (
        "flow/planted",
        '"""P."""\ndef of(tier):\n    match tier:\n        case "city":\n            pass',
        "switches on",
    ),
    ("flow/planted", "A = 1", "has no first line"),
    ("extras/planted", '"""P."""', "belongs to no package"),
]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What the check says of a copy of the source tree with every violation planted, each in a module of its own."""
    copy = tmp_path_factory.mktemp("planted") / "tiersync"
    shutil.copytree(SOURCE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    for number, (file, text, _) in enumerate(PLANTED):
        planted = copy / f"{file}{number}.py"
        planted.parent.mkdir(exist_ok=True)
        planted.write_text(text, encoding="utf-8")
    return violations(copy)


@pytest.mark.parametrize("number", range(len(PLANTED)), ids=[f"{file}-{said}" for file, _, said in PLANTED])
def test_a_planted_violation_is_caught(found: list[str], number: int) -> None:
    file, _, caught = PLANTED[number]
    module = f"{file}{number}".replace("/", ".")
    said = [one for one in found if re.match(rf"{module}\b", one)]
    assert any(caught in one for one in said), said


def test_a_planted_crowd_is_caught(tmp_path: Path) -> None:
    for room, count in (("flow", 15), ("rules", 14), ("model", 22)):
        (tmp_path / room).mkdir()
        for name in ("__init__", *(f"m{number}" for number in range(count))):
            (tmp_path / room / f"{name}.py").write_text('"""P."""', encoding="utf-8")
    assert [said for module in modules(tmp_path) for said in crowded_rooms(module)] == [
        "flow has 15 modules, more than 14"
    ]


def test_a_planted_ring_is_caught(tmp_path: Path) -> None:
    (tmp_path / "flow").mkdir()
    (tmp_path / "flow" / "up.py").write_text("from tiersync.flow import down", encoding="utf-8")
    (tmp_path / "flow" / "down.py").write_text("from .up import push", encoding="utf-8")
    assert "flow.up" in cycles(tmp_path)[0]
    assert "flow.down" in cycles(tmp_path)[0]


def test_a_planted_second_class_is_caught(tmp_path: Path) -> None:
    for room in ("flow", "rules"):
        (tmp_path / room).mkdir()
        (tmp_path / room / "planted.py").write_text("class Draft:\n    pass", encoding="utf-8")
    assert named_twice(tmp_path) == ["Draft is a class of flow.planted and of rules.planted"]
