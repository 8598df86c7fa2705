"""Plugin packages add source kinds, and one that misbehaves is named while the others go on."""

import shutil
import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from tiersync.plugins import hookspecs
from tiersync.plugins.hooks import Doors, open_doors, own_doors, source_kind

GOOD = """
from tiersync.plugins.hookspecs import SourceKind
def tiersync_source_kinds():
    return [SourceKind(name="punch_card", reader="cards:read")]
"""

BROKEN = {
    "cannot be imported": ("import no_such_library", "ModuleNotFoundError"),
    "ends the program": ("raise SystemExit(1)", "SystemExit"),
    "misspells a hook": ("def tiersync_source_kind(): return []", "tiersync_source_kind"),
    "asks for what no hook gives": ("def tiersync_source_kinds(node): return []", "tiersync_source_kinds"),
    "returns nothing": ("def tiersync_source_kinds(): pass", "TypeError"),
    "returns something else": ("def tiersync_source_kinds(): return ['csv']", "ValidationError"),
    "fails when asked": ("def tiersync_source_kinds(): return 1 / 0", "ZeroDivisionError"),
    "takes another's name": (GOOD.replace("punch_card", "csv"), "the source kind csv is there already"),
}


@pytest.fixture
def _as_packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.syspath_prepend(str(tmp_path))
    yield
    for name in ("broken_doors", "good_doors"):
        sys.modules.pop(name, None)


def opened(folder: Path, broken: str) -> Doors:
    """The doors with a broken package first and a good one after it."""
    (folder / "broken_doors.py").write_text(broken, encoding="utf-8")
    (folder / "good_doors.py").write_text(GOOD, encoding="utf-8")
    return open_doors(EntryPoint(name, f"{name}_doors", "tiersync") for name in ("broken", "good"))


@pytest.mark.usefixtures("_as_packages")
@pytest.mark.parametrize(("code", "said"), BROKEN.values(), ids=BROKEN)
def test_a_package_is_named_and_the_others_go_on_when_it(tmp_path: Path, code: str, said: str) -> None:
    doors = opened(tmp_path, code)
    assert set(doors.kinds) == {"csv", "excel", "http", "punch_card", "python", "sql"}
    assert [problem.fields["file"] for problem in doors.problems] == ["broken"]
    assert said in doors.problems[0].say("en")
    assert "插件包不可用" in doors.problems[0].say("zh")


RIDE = """
from typing import Annotated
from tiersync.model.records import kinds
from tiersync.model.records.field import FieldKind, Record
from tiersync.plugins.hookspecs import RecordType
class Ride(Record):
    ride_id: Annotated[str, kinds.Text("编号", "R", "P0", 32)]
    unit: Annotated[str, kinds.UnitRef("社区", "R", "P0", own=True)]
def tiersync_record_types():
    return [RecordType(name="ride", model=Ride)]
"""
FIELD = 'ride_id: Annotated[str, kinds.Text("编号", "R", "P0", 32)]'
UNSOUND = {
    "is the network's": (RIDE.replace('"ride"', '"senior"'), "senior is a record type of the network"),
    "counts for no unit": (RIDE.replace("unit:", "place:"), "it needs the field unit"),
    "names a unit only sometimes": (RIDE.replace('社区", "R"', '社区", "O"'), "it needs the field unit"),
    "has a field of no kind": (RIDE.replace(FIELD, "ride_id: str"), "ride_id: a field is of one of the kinds"),
    "has a kind that nobody can check": (
        RIDE.replace("kinds.Text", "FieldKind").replace(', 32', ""), "one of the kinds",
    ),
    "keeps names": (RIDE.replace('"P0", 32', '"P2", 32, kept=True'), "of what is sensitive only codes are kept"),
    "keeps numbers": (
        RIDE.replace(FIELD, 'id_number: Annotated[str, kinds.Identity("号", "R", "P0")]'), "is P3, and not kept"
    ),
    "is what a node knows itself": (RIDE.replace('"ride"', '"notice"'), "notice is a record type of the network"),
    "has a field that is ours": (RIDE.replace("ride_id:", "flags:"), "flags: tiersync needs this name itself"),
    "has a field like a place": (RIDE.replace("ride_id:", "place_row:"), "tiersync needs this name itself"),
    "is of no privacy": (RIDE.replace('"P0", 32', '"P9", 32'), "ride_id: it is R, C or O, and P0 to P3"),
    "is bounded by no field": (
        RIDE.replace(FIELD, 'day: Annotated[str, kinds.Day("日", "R", "P0", not_before="none")]'), "no field none"
    ),
    "hides numbers under another name": (
        RIDE.replace(FIELD, 'card: Annotated[str, kinds.Identity("号", "R", "P3")]'), "is called id_number"
    ),
}  # fmt: skip


@pytest.mark.usefixtures("_as_packages")
@pytest.mark.parametrize(("code", "said"), UNSOUND.values(), ids=UNSOUND)
def test_no_record_type_of_a_package(tmp_path: Path, code: str, said: str) -> None:
    assert opened(tmp_path, RIDE).problems == ()
    sys.modules.pop("broken_doors")
    shutil.rmtree(tmp_path / "__pycache__", ignore_errors=True)  # Written twice within a second, in as many bytes.
    (problem,) = opened(tmp_path, code).problems
    assert said in problem.say("en")


@pytest.mark.usefixtures("_as_packages")
@pytest.mark.parametrize("taken", ["tiersync", "good"])
def test_a_name_belongs_to_the_first_that_has_it(tmp_path: Path, taken: str) -> None:
    (tmp_path / "broken_doors.py").write_text("def tiersync_source_kinds(): return []", encoding="utf-8")
    (tmp_path / "good_doors.py").write_text(GOOD, encoding="utf-8")
    modules = (("good", "good_doors"), (taken, "broken_doors"))
    doors = open_doors(EntryPoint(name, module, "tiersync") for name, module in modules)
    assert set(doors.kinds) == {"csv", "excel", "http", "punch_card", "python", "sql"}
    assert [problem.fields["file"] for problem in doors.problems] == [taken]
    assert "another package has this name" in doors.problems[0].say("en")


@pytest.mark.usefixtures("_as_packages")
def test_a_package_adds_a_source_kind(tmp_path: Path) -> None:
    doors = opened(tmp_path, "")
    assert doors.kinds["punch_card"].reader == "cards:read"
    assert doors.problems == ()


def test_our_own_kinds_come_through_the_same_door() -> None:
    assert set(own_doors().kinds) == {"csv", "excel", "http", "python", "sql"}
    assert source_kind("csv") is own_doors().kinds["csv"]
    assert source_kind("punch_card") is None


def test_every_hook_has_a_heading_in_the_document() -> None:
    document = (Path(__file__).parents[2] / "docs" / "plugins.md").read_text(encoding="utf-8")
    hooks = [name for name in vars(hookspecs) if name.startswith(hookspecs.PREFIX)]
    assert hooks == [line.removeprefix("### ") for line in document.splitlines() if line.startswith("### tiersync_")]
