"""The whole city in small: every margin, every figure and every piece of dirt is there, and nothing else."""

import hashlib
from collections import Counter
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from bench.read_city import Findings, compare, read_back
from tests.example.city_counts import counts_of
from tests.example.city_files import Row, has_right_check, is_refused, rows_of, seniors_of, table_of
from tiersync.config.packaged import packaged_catalogue
from tiersync.errors import UnknownUnit
from tiersync.example.offices.layout import By, Layout
from tiersync.example.offices.write import write_city
from tiersync.example.plan.manifest import NAME, Manifest
from tiersync.example.plan.margins import read_margins, scaled
from tiersync.example.plan.plan import Plan
from tiersync.model.catalogue import Catalogue

SHARE, SMALLEST = Fraction("0.01"), Fraction("0.001")
STREET = "371402001000"
LIVING = {
    "1": "独居", "2": "仅与配偶同住", "3": "与子女同住", "4": "仅与(外)孙子女同住", "5": "与父母同住",
    "6": "与其他亲属同住", "7": "与非亲属同住", "8": "住养老机构", "9": "不详",
}  # fmt: skip
SEX, HUKOU = {"1": "男性", "2": "女性"}, {"1": "农业户口", "2": "非农业户口"}
ABILITY = {"0": "能力完好", "1": "轻度失能", "2": "中度失能", "3": "重度失能", "4": "完全失能"}


class City(NamedTuple):
    root: Path
    manifest: Manifest
    catalogue: Catalogue
    seniors: list[Row]


@cache
def catalogue() -> Catalogue:
    return packaged_catalogue()


def write(root: Path, share: Fraction = SHARE, seed: int = 2013, layout: Layout | None = None) -> Manifest:
    plan = Plan(share, seed, 5307)
    return write_city(root, catalogue(), plan, layout or Layout(), lambda *done: None)


def digests(root: Path) -> dict[str, str]:
    files = sorted(path for path in root.rglob("*") if path.is_file())
    return {str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    root = tmp_path_factory.mktemp("city")
    manifest = write(root, layout=Layout(By.COUNTY))
    return City(root, manifest, catalogue(), seniors_of(root))


@pytest.fixture(scope="module")
def found(city: City) -> Findings:
    return read_back(city.root, city.manifest, city.catalogue)


@pytest.fixture(scope="module")
def by_street(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Manifest]:
    root = tmp_path_factory.mktemp("streets")
    return root, write(root, SMALLEST)


def test_every_figure_and_all_dirt_come_out_when_real_nodes_read_it_back(city: City, found: Findings) -> None:
    lines = list(compare(city.manifest, found, city.catalogue))
    assert [line for line in lines if line.found is not None and line.must != line.found] == []
    assert sum(line.found is not None for line in lines) > 100


OF_TWO_TIERS = {"F03"}  # Beds of all tiers for the seniors of communities: made of the totals, and tested with them.
OF_THE_LINK = {"G04"}  # Reports received: no file tells of them.


def test_every_indicator_comes_to_what_a_plain_count_over_the_files_comes_to(city: City, found: Findings) -> None:
    plain = {tuple(key): value for *key, value in counts_of(city.root)}
    found_here = {key: found.cells["2013", *key] for key in plain}
    differing = {key: (value, found_here[key]) for key, value in plain.items() if found_here[key] != value}
    assert differing == {}
    assert {code for code, *_ in plain} | OF_TWO_TIERS | OF_THE_LINK == set(city.catalogue.by_code)


def test_every_row_that_was_written_is_read(city: City, found: Findings) -> None:
    written = Counter[str]()
    for folder in city.manifest.folders:
        written.update(folder.rows)
    assert found.rows == written


def test_the_margins_of_two_fields_hold_at_the_same_time(city: City) -> None:
    margins = scaled(read_margins(), SHARE)
    assert len(city.seniors) == margins.seniors == 8900
    pairs = (
        (margins.sexes, {}, SEX, ("band", "性别")),
        (margins.abilities, {}, ABILITY, ("band", "能力等级")),
        (margins.livings, HUKOU, LIVING, ("户口性质", "居住情况")),
    )
    for table, rows, columns, headers in pairs:
        expected = {
            (rows.get(row, row), columns[column]): count
            for row, counts in table.items()
            for column, count in counts.items()
            if count
        }
        assert table_of(city.seniors, *headers) == expected


@pytest.mark.parametrize(
    ("field", "header"),
    [
        ("marital_status", "婚姻状况"), ("education", "文化程度"), ("pension_kind", "养老保障类型"),
        ("medical_kind", "医疗保障类型"), ("ethnicity", "民族"), ("hardship_kind", "困难类别"),
    ],
)  # fmt: skip
def test_the_margins_of_single_fields_hold(city: City, field: str, header: str) -> None:
    counts = sorted(count for count in city.manifest.margins[field].values() if count)
    assert sorted(table_of(city.seniors, header).values()) == counts


def test_every_county_has_its_seniors(city: City) -> None:
    tree = city.catalogue.tree
    held = Counter(tree.path(row["常住地代码"])[-2] for row in city.seniors)
    assert held == city.manifest.margins["county"]
    assert Counter(row["常住地代码"] for row in city.seniors) == +Counter(city.manifest.seniors)


def test_no_identity_number_can_be_anybodys_and_no_two_people_share_one(city: City) -> None:
    rows = [row for row in rows_of(city.root, "老年人信息") if not is_refused(row)]
    people = {(row["身份证号"], row["姓名"], row["联系电话"]) for row in rows}
    assert {number[:4] for number, *_ in people} == {"3799"}
    assert len({number for number, *_ in people}) == len(people) == len(rows) - city.manifest.dirt["senior"].filed_twice
    for title in ("待遇发放", "为老服务"):
        assert all(has_right_check(row["身份证号"]) for row in rows_of(city.root, title) if row["身份证号"])


def test_people_who_are_filed_twice_name_one_home_in_both_rows(city: City) -> None:
    homes: dict[str, list[str]] = {}
    for row in rows_of(city.root, "老年人信息"):
        homes.setdefault(row["身份证号"], []).append(row["常住地代码"])
    twice = [home for home in homes.values() if len(home) > 1]
    assert len(twice) == city.manifest.dirt["senior"].filed_twice == 53
    assert all(first == second for first, second in twice)


def test_rows_of_people_who_live_elsewhere_are_those_that_the_manifest_tells_of(
    by_street: tuple[Path, Manifest],
) -> None:
    root, manifest = by_street
    tree = catalogue().tree
    elsewhere = 0
    for folder in manifest.folders:
        rows = rows_of(root, "老年人信息", folder.unit)
        elsewhere += sum(not tree.is_within(row["常住地代码"], folder.unit) for row in rows)
    assert elsewhere == manifest.dirt["senior"].flagged["attributed_elsewhere"] > 0


def test_equal_seeds_write_equal_cities_and_others_do_not(tmp_path: Path) -> None:
    for name, seed in (("one", 5), ("two", 5), ("three", 6)):
        write(tmp_path / name, SMALLEST, seed, Layout(By.CITY))
    one, two, three = (digests(tmp_path / name) for name in ("one", "two", "three"))
    assert one == two
    assert one.keys() == three.keys()
    assert one != three


def test_each_street_district_and_the_city_have_a_folder_with_a_plugin(by_street: tuple[Path, Manifest]) -> None:
    root, manifest = by_street
    assert len(manifest.folders) == 1 + 12 + 135
    assert {path.parts[-4] for path in root.glob("*/plugins/register/plugin.toml")} == {
        f.unit for f in manifest.folders
    }
    assert [one.name for one in root.iterdir() if one.is_file()] == [NAME]
    assert Manifest.model_validate_json((root / NAME).read_bytes()) == manifest


def test_only_folders_with_communities_keep_registers(by_street: tuple[Path, Manifest]) -> None:
    tree = catalogue().tree
    keeping = {folder.unit for folder in by_street[1].folders if "senior" in folder.rows}
    assert keeping == {tree[code].parent for code in by_street[1].seniors}


def test_the_communities_of_one_street_can_have_folders_of_their_own(
    by_street: tuple[Path, Manifest], tmp_path: Path
) -> None:
    manifest = write(tmp_path, SMALLEST, layout=Layout(By.COMMUNITY, STREET))
    communities = catalogue().tree.children(STREET)
    before = {folder.unit: folder.rows for folder in by_street[1].folders}
    after = {folder.unit: folder.rows for folder in manifest.folders}
    assert after.keys() - before.keys() == set(communities)
    assert {unit for unit in before if before[unit] != after[unit]} == {STREET}
    for record, rows in before[STREET].items():
        assert sum(after[unit].get(record, 0) for unit in (STREET, *communities)) == rows
    assert manifest.expected == by_street[1].expected


def test_a_street_that_is_not_there_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(UnknownUnit):
        write(tmp_path, layout=Layout(By.COMMUNITY, "371402001999"))
    assert list(tmp_path.iterdir()) == []
