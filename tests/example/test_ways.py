"""A small city whose offices keep their files in different ways, read back by other means."""

import re
from collections import Counter
from pathlib import Path

from tests.example.city_files import has_right_check
from tests.example.read_back import Row, column, read_rows, rows_of
from tiersync.example.network import write_network
from tiersync.example.people.death import enter_death

IDENTITY = ("身份证号", "公民身份号码")
BIRTH = ("出生日期", "出生年月日")
HOME = ("常住地代码", "现居住地代码")
ALIVE = {"正常", "健在"}
DAY = re.compile(r"(\d{4})\D?(\d{1,2})\D?(\d{1,2})\D?$")


def iso(text: str) -> str:
    """A date in whatever shape, as ISO text; a workbook's own dates have a time behind them."""
    year, month, day = map(int, DAY.match(text.removesuffix(" 00:00:00")).groups())
    return f"{year:04}-{month:02}-{day:02}"


def why_refused(row: Row) -> str:
    """Why a senior's row must be refused, as anybody can see from the row alone."""
    identity = column(row, *IDENTITY)
    if len(identity) == 15:
        return "fifteen_digits"
    if "E" in identity or re.fullmatch(r"379\d{3}0{12}(\.0)?", identity):
        return "precision_lost"
    if not has_right_check(identity):
        return "bad_checksum"
    return "impossible_date" if iso(column(row, *BIRTH)).endswith("02-30") else ""


def residents_60_plus(rows: list[Row], home: str) -> int:
    """Residents of `home` who were 60 or over and active when 2013 ended, counted from its file's rows."""
    return sum(
        iso(column(row, *BIRTH)) <= "1953-12-31" and (row["生存状态"] in ALIVE or iso(row["状态日期"]) > "2013-12-31")
        for row in rows
        if not why_refused(row) and column(row, *HOME) == home
    )


def files_below(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_every_file_has_the_rows_that_the_manifest_counts(written):
    for folder in written.manifest.folders:
        for record, rows in folder.rows.items():
            assert len(rows_of(written.root, folder.unit, record)) == rows


def test_every_unit_has_one_plugin_folder(written, network):
    assert {folder.unit for folder in written.manifest.folders} == {unit.code for unit in network}
    assert len(list(written.root.glob("*/plugins/*/plugin.toml"))) == len(network)


def test_all_seniors_live_in_the_communities_that_there_are(written):
    assert written.manifest.residents == 4450
    for unit, seniors in written.manifest.seniors.items():
        assert residents_60_plus(rows_of(written.root, unit, "senior"), unit) == seniors >= 50


def test_rows_that_must_be_refused_are_as_many_as_the_manifest_says_for_each_reason(written):
    refused = Counter(
        why_refused(row) for unit in written.manifest.seniors for row in rows_of(written.root, unit, "senior")
    )
    del refused[""]
    assert refused == written.manifest.dirt["senior"].refused
    assert len(refused) == 4


def test_offices_keep_their_files_in_every_way_that_a_source_must_bear(written):
    files = files_below(written.root)
    texts = [content for name, content in files.items() if name.endswith(".csv")]
    assert any(content.startswith(b"\xef\xbb\xbf") for content in texts)
    assert any(not is_utf8(content) for content in texts)
    assert any(name.endswith(".xlsx") for name in files)
    days, heads = set(), set()
    for unit in written.manifest.seniors:
        for row in rows_of(written.root, unit, "senior"):
            days.add(re.sub(r"\d+", "9", column(row, *BIRTH)))
            heads |= row.keys()
    assert {"9-9-9", "9年9月9日", "9.9.9", "9", "9-9-9 9:9:9"} <= days
    assert {*IDENTITY, *BIRTH, *HOME} <= heads


def is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return True


def test_equal_seeds_write_equal_files_and_others_do_not(written, network, tmp_path):
    again = write_network(tmp_path / "again", network)
    other = write_network(tmp_path / "other", network, seed=written.manifest.seed + 1)
    assert again == written.manifest != other
    assert files_below(tmp_path / "again") == files_below(written.root) != files_below(tmp_path / "other")


def test_a_death_changes_one_row_and_takes_one_resident_away(network, tmp_path):
    manifest = write_network(tmp_path, network)
    dying = manifest.one_who_dies
    before, rows_before = files_below(tmp_path), read_rows(tmp_path / dying.file)
    assert enter_death(tmp_path, manifest) == tmp_path / dying.file
    rows = read_rows(tmp_path / dying.file)
    changed = [(old, new) for old, new in zip(rows_before, rows, strict=True) if old != new]
    assert [name for name, content in files_below(tmp_path).items() if content != before[name]] == [dying.file]
    assert [old["身份证号"] for old, _ in changed] == [dying.identity]
    assert residents_60_plus(rows, dying.unit) == residents_60_plus(rows_before, dying.unit) - 1


def test_whoever_dies_stands_in_no_other_row(written):
    number = written.manifest.one_who_dies.identity
    where = [
        path.relative_to(written.root).as_posix()
        for path in written.root.rglob("inbox/*")
        for row in read_rows(path)
        if number in row.values()
    ]
    assert where == [written.manifest.one_who_dies.file]
