"""The kit tested by itself: plugins broken in one way each, which fail exactly the check that was made for it."""

import re
import shutil
from collections.abc import Callable, Set
from datetime import date
from itertools import count
from pathlib import Path

import pytest

from tests.cli import tried
from tests.cli.offices import CITY, DISTRICT, UNITS, here
from tests.cli.test_plugin import COLUMNS, people_of_a_database, person, write_book
from tests.cli.tried import OF_READERS
from tests.databases import SQLite
from tiersync.config.packaged import packaged_catalogue
from tiersync.config.units import read_units
from tiersync.host.trial import Trial
from tiersync.model.records.field import CheckContext
from tiersync.plugins.folder.manifest import load_plugin
from tiersync.plugins.kit.bench import Bench
from tiersync.plugins.kit.kit import CHECKS, GROUPS, examine
from tiersync.plugins.kit.mutants import noticed
from tiersync.plugins.worker.workers import Workers

EXAMPLES = Path(__file__).parents[3] / "plugins"
Break = Callable[[Path], None]


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plugin that passes, made by the command."""
    root = tmp_path_factory.mktemp("kit")
    (root / "units.csv").write_text(UNITS, encoding="utf-8")
    made = here("init", CITY, "--dir", root / "n", "--url", "http://127.0.0.1:1", "--units", root / "units.csv")
    assert made.code == 0, made.err
    book = write_book(root / "sample.xlsx", [person(number) for number in range(1, 13)])
    made = here(
        "plugin", "new", "decheng", "--from", book, "--unit", DISTRICT, "--record", "senior", "--dir", root / "n"
    )
    assert made.code == 0, made.err
    return root / "n" / "plugins" / "decheng"


def bench_for(folder: Path, tmp_path: Path) -> Bench:
    (tmp_path / "units.csv").write_text(UNITS, encoding="utf-8")
    catalogue = packaged_catalogue(CITY, read_units(tmp_path / "units.csv", CITY))
    plugin = load_plugin(folder)
    tree = catalogue.tree
    within = tuple(tree.within(plugin.unit))
    context = CheckContext(catalogue.code_sets, date(2014, 1, 31), frozenset(tree.units), frozenset(within))
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    return Bench(plugin, context, tree.nameable(plugin.unit), scratch, Trial(scratch / "trial", catalogue, Workers()))


def failed(folder: Path, tmp_path: Path, without: Set[str] = frozenset()) -> set[str]:
    """The checks that a plugin fails; those named are not played."""
    groups = tuple(tuple(check for check in group if check.name not in without) for group in GROUPS)
    return {result.check.name for result in examine(bench_for(folder, tmp_path), groups) if result.problems}


def manifest(old: str, new: str) -> Break:
    """The plugin.toml with one thing written otherwise."""

    def change(folder: Path) -> None:
        file = folder / "plugin.toml"
        text = file.read_text(encoding="utf-8")
        assert old in text, old
        file.write_text(text.replace(old, new), encoding="utf-8")

    return change


def expected(old: str, new: str) -> Break:
    """The expected rows with one thing written otherwise."""

    def change(folder: Path) -> None:
        file = folder / "fixtures" / "senior.expected.csv"
        text = file.read_text(encoding="utf-8")
        assert old in text, old
        file.write_text(text.replace(old, new, 1), encoding="utf-8")

    return change


def without(name: str) -> Break:
    return lambda folder: (folder / "fixtures" / name).unlink()


def real_number(folder: Path) -> None:
    (folder / "fixtures" / "note.txt").write_text("110101193102030018", encoding="utf-8")


def real_phone(folder: Path) -> None:
    (folder / "fixtures" / "note.txt").write_text("电话 13912345678", encoding="utf-8")


def few_rows(folder: Path) -> None:
    file = folder / "fixtures" / "senior.expected.csv"
    file.write_text("\n".join(file.read_text(encoding="utf-8").splitlines()[:3]) + "\n", encoding="utf-8")


def another_lock(folder: Path) -> None:
    file = folder / "mapping.lock"
    file.write_text(file.read_text(encoding="utf-8").replace('header = "状态"', 'header = "情况"'), encoding="utf-8")


def broken_lock(folder: Path) -> None:
    (folder / "mapping.lock").write_text("[[column", encoding="utf-8")


LIMITS = "[stream.map]"
BROKEN: dict[str, tuple[Break, set[str]]] = {
    "a code that nobody knows": (manifest('健在 = "1"', '健在 = "一"'), {"codes_legal"}),
    "a code of another list": (
        manifest('男 = "1"', '男 = "male"'), {"codes_legal"}
    ),
    "one column that is two fields": (
        manifest('name = "姓　名"', 'name = "姓　名"\naddress = "姓　名"'),
        {"one_header_one_field"},
    ),
    "no fixture": (without("senior.xlsx"), {"fixtures_there"}),
    "no expected rows": (without("senior.expected.csv"), {"fixtures_there"}),
    "too few expected rows": (few_rows, {"fixtures_there"}),
    "a real person's number": (real_number, {"fixtures_made_up"}),
    "a real person's telephone": (real_phone, {"fixtures_made_up"}),
    "a key that every row shares": (manifest('key = ["id_number"]', 'key = ["life_status"]'), {"key_unique"}),
    "a key that half of the rows share": (manifest('key = ["id_number"]', 'key = ["sex"]'), {"key_unique"}),
    "a lock of another mapping": (another_lock, {"lock_agrees"}),
    "a lock that cannot be read": (broken_lock, {"lock_agrees"}),
    "codes exchanged": (
        manifest('男 = "1", 女 = "2"', '男 = "2", 女 = "1"'), {"fixtures_as_expected"}
    ),
    "a word left out": (manifest('低保 = "1", ', ""), {"fixtures_as_expected"}),
    "a date that is not read": (
        manifest('from = "出生\\n日期", parse = "date"', 'from = "出生\\n日期"'), {"fixtures_as_expected"}
    ),
    "a unit that is not looked up": (manifest(', lookup = "units"', ""), {"fixtures_as_expected"}),
    "another column": (manifest('name = "姓　名"', 'name = "备注"'), {"lock_agrees"}),
    "expected rows that are not so": (expected(",1931-02-03,", ",1931-02-04,"), {"fixtures_as_expected"}),
    "expected rows in other places": (expected(",3\n", ",4\n"), {"fixtures_as_expected"}),
    "a number repaired": (
        manifest('= "*身份证号码"', '= { from = "*身份证号码", clean = ["nfkc", "strip", "digits"] }'),
        {"number_typed_identity"},
    ),
    "limits that let everything pass": (
        manifest(LIMITS, f"[stream.limits]\nrefused_rows = 100000\nrefused_share = 1.0\n{LIMITS}"), {"limits"}
    ),
    "a name kept as a code of its own": (
        manifest('key = ["id_number"]', 'name = "people"\nkey = ["id_number"]'), {"fixtures_there"}
    ),
}  # fmt: skip


def test_the_good_one_passes(good: Path, tmp_path: Path) -> None:
    assert failed(good, tmp_path, without=OF_READERS) == set()


def test_at_least_twenty_are_broken() -> None:
    assert len(BROKEN) >= 20


@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_plugin_fails_the_check_that_was_made_for_it(good: Path, tmp_path: Path, how: str) -> None:
    folder = Path(shutil.copytree(good, tmp_path / "decheng"))
    change, checks = BROKEN[how]
    change(folder)
    assert failed(folder, tmp_path, without=OF_READERS) == checks


@pytest.fixture(scope="module")
def civil(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plugin for a table of a database, asked for what came since; its made-up rows stand in the order they came."""
    root = tmp_path_factory.mktemp("civil")
    (root / "units.csv").write_text(UNITS, encoding="utf-8")
    here("init", CITY, "--dir", root / "n", "--url", "http://127.0.0.1:1", "--units", root / "units.csv")
    database = SQLite(root / "civil.db")
    database.run(f"CREATE TABLE lnr_da ({', '.join((*COLUMNS, 'gxsj'))})")
    rows = people_of_a_database(31)
    database.fill("lnr_da", (*COLUMNS, "gxsj"), [[*row, f"2013-12-{at:02}"] for at, row in enumerate(rows, start=1)])
    asked = ("--from", f"sqlite:///{root / 'civil.db'}", "--source", "table=lnr_da", "--record", "senior")
    made = here("plugin", "new", "civil", *asked, "--unit", DISTRICT, "--dir", root / "n")
    assert made.code == 0, made.err
    folder = root / "n" / "plugins" / "civil"
    script = folder / "fixtures" / "rows.sql"
    numbers, text = count(1), script.read_text(encoding="utf-8")
    dated = re.sub(r"NULL\);$", lambda _: f"'2013-12-{next(numbers):02}');", text, flags=re.M)
    assert next(numbers) > 6
    script.write_text(dated, encoding="utf-8")
    manifest("[stream.map]", '[stream.cursor]\nkind = "value"\nfield = "gxsj"\n\n[stream.map]')(folder)
    return folder


@pytest.mark.parametrize(("falls", "checks"), [(False, set()), (True, {"cursor_exact"})])
def test_a_cursor_that_does_not_grow_with_what_is_written_is_found(
    civil: Path, tmp_path: Path, falls: bool, checks: set[str]
) -> None:
    folder = Path(shutil.copytree(civil, tmp_path / "civil"))
    if falls:
        script = folder / "fixtures" / "rows.sql"
        text = script.read_text(encoding="utf-8")
        script.write_text(re.sub("2013-12-(..)", lambda day: f"2013-12-{31 - int(day[1])}", text), encoding="utf-8")
    assert failed(folder, tmp_path, without=OF_READERS) == checks


def test_every_check_is_failed_by_some_plugin_or_by_a_changed_reader() -> None:
    """What only a reader or a node can get wrong is shown by breaking it, in tests of its own; what a function can, in
    test_faults."""
    by_reader = {
        "two_reads_equal", "column_order", "extra_column", "missing_column", "encodings", "blank_rows_footers",
        "bad_values_refused", "nobody_named", "second_run", "cursor_exact",
    }  # fmt: skip
    by_function = {"worker_lives", "worker_answers", "log_small", "memory_small", "memory_flat"}
    by_mapping = {name for _, names in BROKEN.values() for name in names}
    others = by_reader | by_function
    assert by_mapping | others == {check.name for check in CHECKS}


def test_nine_breaks_of_ten_are_noticed_by_the_fixtures(good: Path, tmp_path: Path) -> None:
    seen = [was for _, was in noticed(bench_for(good, tmp_path))]
    assert sum(seen) >= 0.9 * len(seen) > 10


@pytest.mark.parametrize(
    "example", sorted(p.parent.name for p in (Path(__file__).parents[3] / "plugins").glob("*/plugin.toml"))
)
def test_an_example_passes_and_its_fixtures_notice_what_breaks(tmp_path: Path, example: str) -> None:
    folder = EXAMPLES / example
    assert tried.failed(tmp_path, str(folder), without=frozenset()) == set()
    told = here("plugin", "test", folder, "--mutate", "--dir", tmp_path, "--json").json
    assert told["noticed"] >= 0.9 * told["mutants"] > 0
