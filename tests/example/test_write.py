"""What is written agrees with what the manifest says, read back by other means."""

import re
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from tests.example.read_back import column, read_rows, rows_of
from tiersync.example.identity import PREFIX, is_sound
from tiersync.example.write import enter_death, write_network

IDENTITY = ("身份证号", "公民身份号码")
BIRTH = ("出生日期", "出生年月日")
HOME = ("常住地代码", "现居住地代码")
ENDED = {"死亡", "已故", "迁出", "已迁出", "失联", "失去联系"}
LIVING = {"独居", "仅与配偶", "与子女", "隔代", "与父母", "与其他亲属", "与非亲属", "养老机构", "不详"}
DAY = re.compile(r"(\d{4})\D?(\d{1,2})\D?(\d{1,2})\D?$")


def iso(text: str) -> str:
    """A date in whatever shape, as ISO text; a workbook's own dates have a time behind them."""
    year, month, day = map(int, DAY.match(text.removesuffix(" 00:00:00")).groups())
    return f"{year:04}-{month:02}-{day:02}"


def why_refused(row) -> str:
    """Why a senior's row must be refused, as anybody can see from the row alone."""
    identity = column(row, *IDENTITY)
    if len(identity) == 15:
        return "fifteen_digits"
    typed = identity.isdigit() and float(identity) == int(identity)  # It has no digit that a float would drop.
    if "E" in identity or (typed and not is_sound(identity)):
        return "precision_lost"
    if not is_sound(identity):
        return "bad_checksum"
    if not row["性别"]:
        return "missing"
    if iso(column(row, *BIRTH)).endswith("02-30"):
        return "impossible_date"
    return "" if row["居住情况"] in LIVING else "unknown_code"


def residents_60_plus(rows, home: str) -> int:
    """Distinct residents of `home` who were 60 or over and active when 2013 ended, counted from its file's rows."""
    latest = {}
    for place, row in enumerate(rows):
        ended = iso(row["状态日期"]) if row["状态日期"] else ""
        if not why_refused(row) and column(row, *HOME) == home:
            weight = (ended, iso(row["核实日期"]), place)
            latest[column(row, *IDENTITY)] = max(latest.get(column(row, *IDENTITY), ("",)), (*weight, row))
    return sum(
        iso(column(row, *BIRTH)) <= "1953-12-31" and (row["生存状态"] not in ENDED or ended > "2013-12-31")
        for ended, _, _, row in latest.values()
    )


def files_below(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_every_file_has_the_rows_that_the_manifest_counts(written):
    for stream in written.manifest.streams:
        assert len(read_rows(written.root / stream.file)) == stream.rows


def test_every_unit_has_one_plugin_folder_and_no_file_that_no_stream_names(written, network):
    inboxes = [path for path in files_below(written.root) if not path.endswith("plugin.toml")]
    assert sorted(inboxes) == sorted(stream.file for stream in written.manifest.streams)
    assert len(list(written.root.glob("*/plugins/*/plugin.toml"))) == len(network)


def test_seniors_that_must_be_refused_are_as_many_as_the_manifest_says_for_each_reason(written):
    for stream, rows in rows_of(written.root, written.manifest, "senior"):
        refused = Counter(filter(None, map(why_refused, rows)))
        assert refused == stream.refused
        assert len(refused) == 6


def test_no_stream_has_so_many_refused_rows_that_their_share_is_judged(written):
    assert max(sum(stream.refused.values()) for stream in written.manifest.streams) < 20


def test_rows_of_other_units_are_as_many_as_the_manifest_says(written):
    for record, header in (("activity", "主办单位代码"), ("benefit", "经办单位代码"), ("facility", "所在单位代码")):
        for stream, rows in rows_of(written.root, written.manifest, record):
            assert sum(row[header] != stream.unit for row in rows) == stream.refused["other_unit"]


def test_seniors_filed_by_a_community_they_do_not_live_in_are_flagged(written):
    for stream, rows in rows_of(written.root, written.manifest, "senior"):
        elsewhere = [row for row in rows if column(row, *HOME) != stream.unit]
        assert len(elsewhere) == stream.flagged["attributed_elsewhere"] > 0


def test_persons_filed_twice_by_their_community_are_flagged(written):
    for stream, rows in rows_of(written.root, written.manifest, "senior"):
        numbers = [column(row, *IDENTITY) for row in rows if not why_refused(row)]
        assert len(numbers) - len(set(numbers)) == stream.flagged["doubled"] > 0


def test_columns_that_contradict_the_number_are_flagged(written):
    for stream, rows in rows_of(written.root, written.manifest, "senior"):
        sound = [row for row in rows if not why_refused(row)]
        births = [row for row in sound if iso(column(row, *BIRTH)).replace("-", "") != column(row, *IDENTITY)[6:14]]
        sexes = [row for row in sound if row["性别"].startswith("男") != int(column(row, *IDENTITY)[16]) % 2]
        assert len(births) == stream.flagged["birth_conflict"] > 0
        assert len(sexes) == stream.flagged["sex_conflict"] > 0


def test_the_residents_of_60_and_over_are_those_that_the_files_hold(written):
    for stream, rows in rows_of(written.root, written.manifest, "senior"):
        assert residents_60_plus(rows, stream.unit) == written.manifest.residents_60_plus[stream.unit] >= 50


def test_the_manifest_gives_the_same_residents_as_its_facts(written):
    manifest = written.manifest
    for unit, residents in manifest.residents_60_plus.items():
        assert manifest.fact("P02", "2013", [unit]) == manifest.fact("P02", "2013-Q4", [unit]) == residents
    assert manifest.fact("P02", "2013") == manifest.residents


def test_some_die_after_the_year_and_count_and_some_within_it_and_do_not(written):
    deaths = [
        iso(row["状态日期"])
        for _, rows in rows_of(written.root, written.manifest, "senior")
        for row in rows
        if row["生存状态"] in {"死亡", "已故"}
    ]
    assert {day[:4] for day in deaths} == {"2013", "2014"}


def test_payments_and_events_add_up_to_the_facts(written):
    paid, held = Decimal(0), 0
    for _, rows in rows_of(written.root, written.manifest, "benefit"):
        sound = (row for row in rows if is_sound(column(row, *IDENTITY)) and row["项目"] != "另一项补助")
        paid += sum(Decimal(row["金额"]) for row in sound if (row["业务"], row["发放结果"]) == ("发放", "已发放"))
    for stream, rows in rows_of(written.root, written.manifest, "activity"):
        own = (row for row in rows if row["主办单位代码"] == stream.unit and iso(row["开始日期"])[:4] == "2013")
        held += sum(int(float(row["场次"])) for row in own if row["活动类别"] in {"活动", "宣传", "义诊集市", "比赛"})
    assert paid == written.manifest.fact("B03", "2013") > written.manifest.fact("B03", "2013-Q4") > 0
    assert held == written.manifest.fact("A01", "2013") > written.manifest.fact("A01", "2013-Q4") > 0


@pytest.mark.parametrize(
    "indicator", ["P01", "P05", "P06", "P07", "P09", "P11", "B01", "B02", "I01", "O01", "S01", "F02"]
)
def test_no_figure_of_the_year_is_nothing(written, indicator):
    assert written.manifest.fact(indicator, "2013") > 0


def test_every_marker_is_in_some_file_and_in_no_name_of_a_unit(written, network):
    manifest = written.manifest
    files = [read_rows(written.root / stream.file) for stream in manifest.streams]
    values = {value for rows in files for row in rows for value in row.values()}
    signatures = [name for name in manifest.names if name not in values]
    assert values.issuperset(manifest.phones + manifest.addresses)
    assert len(signatures) == len(manifest.streams)
    assert not any(marker in unit.name for marker in manifest.markers for unit in network)


def test_no_marker_is_another_ones_or_part_of_it(written):
    manifest = written.manifest
    for values in (manifest.names, manifest.phones, manifest.addresses, manifest.identities):
        assert len(set(values)) == len(values)
    for values in (manifest.names, manifest.phones):
        assert len({len(value) for value in values}) == 1


def test_every_identity_number_in_a_file_is_known_to_the_manifest_and_of_no_region(written):
    known = set(written.manifest.identities)
    for stream in written.manifest.streams:
        for row in read_rows(written.root / stream.file):
            number = next((row[header] for header in IDENTITY if header in row), "")
            assert number in known or number == "" or number.startswith("3.799")
    assert all(number.startswith(PREFIX) for number in known)


def test_equal_seeds_write_equal_files_and_others_do_not(written, network, tmp_path):
    again = write_network(tmp_path / "again", network, written.manifest.seed)
    other = write_network(tmp_path / "other", network, written.manifest.seed + 1)
    assert again == written.manifest != other
    assert files_below(tmp_path / "again") == files_below(written.root) != files_below(tmp_path / "other")


def test_a_death_changes_one_row_and_takes_one_resident_away(network, tmp_path):
    manifest = write_network(tmp_path, network)
    before, file, home = files_below(tmp_path), manifest.one_who_dies.file, manifest.one_who_dies.unit
    rows_before = read_rows(tmp_path / file)
    assert enter_death(tmp_path, manifest) == tmp_path / file
    rows = read_rows(tmp_path / file)
    changed = [(old, new) for old, new in zip(rows_before, rows, strict=True) if old != new]
    assert [name for name, content in files_below(tmp_path).items() if content != before[name]] == [file]
    assert [old["身份证号"] for old, _ in changed] == [manifest.one_who_dies.identity]
    assert residents_60_plus(rows, home) == residents_60_plus(rows_before, home) - 1


def test_whoever_dies_is_paid_and_visited_by_nobody(written):
    number = written.manifest.one_who_dies.identity
    where = [
        stream.file for stream in written.manifest.streams
        if any(number in row.values() for row in read_rows(written.root / stream.file))
    ]  # fmt: skip
    assert where == [written.manifest.one_who_dies.file]


def test_offices_keep_their_files_in_every_way_that_a_source_must_bear(written):
    files = files_below(written.root)
    texts = [content for name, content in files.items() if name.endswith(".csv")]
    assert any(content.startswith(b"\xef\xbb\xbf") for content in texts)
    assert any(not _is_utf8(content) for content in texts)
    assert any(name.endswith(".xlsx") for name in files)
    days = {
        re.sub(r"\d+", "9", column(row, *BIRTH))
        for _, rows in rows_of(written.root, written.manifest, "senior") for row in rows
    }  # fmt: skip
    assert {"9-9-9", "9年9月9日", "9.9.9", "9"} <= days


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return True
