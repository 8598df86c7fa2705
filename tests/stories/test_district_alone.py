"""One node of a county answers for more than a thousand communities that have none, out of one source."""

import shutil
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.held import held_cells
from tests.stories.office import tiersync
from tiersync.config.packaged import packaged_catalogue
from tiersync.example.offices.layout import By, Layout
from tiersync.example.offices.write import write_city
from tiersync.example.plan.manifest import Manifest
from tiersync.example.plan.plan import Plan
from tiersync.flow.node import Node
from tiersync.flow.up import push
from tiersync.host.opening import now, open_with_plugins
from tiersync.model.period import Period
from tiersync.plugins.folder.trust import enable_all
from tiersync.store.reports.reports import current_reports

COUNTY = "371425000000"
SMALLER = "371402000000"
QUARTER = Period("2013-Q4")


class County(NamedTuple):
    node: Node
    register: Path
    manifest: Manifest


class City(NamedTuple):
    """The sources of every county of the made-up city, written once."""

    root: Path
    manifest: Manifest


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    root = tmp_path_factory.mktemp("city")
    plan = Plan(Fraction("0.01"), 2013, 5307)
    return City(root, write_city(root, packaged_catalogue(), plan, Layout(By.COUNTY), lambda *done: None))


@pytest.fixture(scope="module")
def county(city: City, tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    """The county of more than a thousand communities."""
    yield from pushed(COUNTY, city, tmp_path_factory.mktemp("county"))


@pytest.fixture(scope="module")
def smaller(city: City, tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    """One in which runs can be played one after another."""
    yield from pushed(SMALLER, city, tmp_path_factory.mktemp("smaller"))


def pushed(unit: str, city: City, root: Path) -> Iterator[County]:
    """A county's node with its register, pushed once."""
    made = tiersync("init", unit, "--dir", root / "node", "--url", "http://127.0.0.1:8471")
    assert made.code == 0, made.err
    plugins = root / "node" / "plugins"
    shutil.copytree(city.root / unit / "plugins", plugins, dirs_exist_ok=True)
    enable_all(plugins)
    node = open_with_plugins(root / "node")
    push(node, None, now(), QUARTER)
    yield County(node, plugins / "register" / "inbox" / "老年人信息2013.csv", city.manifest)
    node.store.close()


def reports(county: County) -> dict[tuple[str, str], tuple[int, int]]:
    """Each current report's revision, and its P02."""
    with county.node.store.read() as db:
        rows = [r for r in current_reports(db) if r.part == "total" or r.unit in county.manifest.seniors]
        seniors = [next(c.value or 0 for c in held_cells(db, row) if c.indicator == "P02") for row in rows]
        return {(row.unit, row.part): (row.revision, count) for row, count in zip(rows, seniors, strict=True)}


def test_each_community_has_its_own_part_and_each_street_and_the_county_a_total(county: County) -> None:
    tree = packaged_catalogue().tree
    tiers = Counter((tree[unit].tier, part) for unit, part in reports(county))
    streets = len(tree.children(COUNTY))
    assert tiers == {("community", "own"): 1038, ("street", "total"): streets, ("district", "total"): 1}


def test_every_figure_is_that_of_the_manifest(county: County) -> None:
    tree, held = packaged_catalogue().tree, reports(county)
    seniors = {unit: count for unit, count in county.manifest.seniors.items() if tree.is_within(unit, COUNTY)}
    assert {unit: held[unit, "own"][1] for unit in seniors} == seniors
    for street in tree.children(COUNTY):
        assert held[street, "total"][1] == sum(seniors[unit] for unit in tree.children(street))
    assert held[COUNTY, "total"][1] == county.manifest.margins["county"][COUNTY]


def test_a_push_that_finds_nothing_new_files_nothing(smaller: County) -> None:
    before = reports(smaller)
    assert push(smaller.node, None, now(), QUARTER).filed == 0
    assert reports(smaller) == before


def test_a_changed_row_files_its_community_its_street_and_its_county_and_no_other(smaller: County) -> None:
    tree, before = packaged_catalogue().tree, reports(smaller)
    lines = smaller.register.read_text(encoding="utf-8").splitlines(keepends=True)
    at = next(at for at, line in enumerate(lines) if ",独居," in line and ",正常," in line)
    unit = next(cell for cell in lines[at].split(",") if cell.startswith(SMALLER[:6]) and len(cell) == 12)
    lines[at] = lines[at].replace(",独居,", ",不详,")
    smaller.register.write_text("".join(lines), encoding="utf-8")
    assert push(smaller.node, None, now(), QUARTER).filed == 3
    street = tree[unit].parent
    changed = {key for key, (revision, _) in reports(smaller).items() if revision != before[key][0]}
    assert changed == {(unit, "own"), (street, "total"), (SMALLER, "total")}


def test_a_row_taken_out_is_noticed(smaller: County) -> None:
    before = reports(smaller)
    lines = smaller.register.read_text(encoding="utf-8").splitlines(keepends=True)
    at = next(at for at, line in enumerate(lines) if ",不详," in line and ",正常," in line)
    unit = next(cell for cell in lines[at].split(",") if cell.startswith(SMALLER[:6]) and len(cell) == 12)
    smaller.register.write_text("".join([*lines[:at], *lines[at + 1 :]]), encoding="utf-8")
    assert push(smaller.node, None, now(), QUARTER).filed == 3
    after = reports(smaller)
    assert after[unit, "own"][1] == before[unit, "own"][1] - 1
    assert after[SMALLER, "total"][1] == before[SMALLER, "total"][1] - 1
