"""A source is asked only for what came since: no row is lost, none counts twice, whatever ties and delays there are."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import fastexcel
import pytest

from tests.cli.offices import CITY, COMMUNITY, Done, found_city, here
from tests.databases import PostgreSQL
from tests.plugins.folders import identity
from tiersync.flow.reading.ingest import read_sources
from tiersync.host.opening import now, open_with_plugins
from tiersync.plugins.folder.trust import enable_all

HEAD = f"""
[plugin]
id = "civil"
name = "民政"
version = "1.0.0"
api = 1
unit = "{CITY}"

[[stream]]
record = "senior"
key = ["id_number"]
"""
ELSEWHERE = "371403001001"  # Who lives there does not count here.
MAP = """
[stream.map]
name = "xm"
id_number = "sfz"
sex = "xb"
birth_date = { from = "csrq", parse = "date" }
residence_unit = "sq"
"""
SQL = """
[stream.source]
kind = "sql"
dsn = "sqlite:///civil.db"
table = "lnr"
[stream.cursor]
kind = "value"
field = "gxsj"
"""
FIRST, TIE, LATER = "2013-12-01 08:00:00", "2013-12-02 08:00:00", "2013-12-03 08:00:00"
Write = Callable[[str], None]


@pytest.fixture
def node(tmp_path: Path) -> Path:
    folder = tmp_path / "city"
    found_city(folder)
    return folder


def put(node: Path, manifest: str) -> Path:
    """Write the plugin's folder, which nobody has looked at yet."""
    place = node / "plugins" / "civil"
    place.mkdir(parents=True, exist_ok=True)
    (place / "plugin.toml").write_text(manifest, encoding="utf-8")
    return place


def use(node: Path, manifest: str) -> Path:
    place = put(node, manifest)
    enable_all(node / "plugins")
    return place


def lite(node: Path, cursor: str = SQL) -> Write:
    """The office's database, and how somebody changes it."""
    return lite_in(use(node, HEAD + cursor + MAP))


def lite_in(place: Path, kind: str = "TEXT") -> Write:
    """A new database whose cursor is a column of this type."""

    def write(script: str) -> None:
        with closing(sqlite3.connect(place / "civil.db")) as database:
            database.executescript(script)

    write(f"CREATE TABLE lnr (xm TEXT, sfz TEXT, xb TEXT, csrq TEXT, sq TEXT, gxsj {kind})")
    return write


def person(number: int, at: str, sex: str = "2", born: str = "1931-02-03", unit: str = COMMUNITY) -> str:
    values = ("测", identity(number), sex, born, unit, at)
    return f"INSERT INTO lnr VALUES ({', '.join(repr(value) for value in values)});"


def push(node: Path) -> dict[str, Any]:
    """The run of the one stream in a push."""
    done = here("push", "--period", "2013", "--json", "--dir", node)
    assert done.code == 0, done.err
    (run,) = done.json["runs"]
    return dict(run)


def seniors(node: Path) -> int:
    return int(counted(node, "P02") or 0)


def counted(node: Path, indicator: str) -> str | None:
    """What the community's report of the year says, None where it is missing."""
    asked = ("--form", "aging-year", "--period", "2013", "--part", "own", "--json", "--dir", node)
    shown = here("report", "show", COMMUNITY, *asked).json["cells"]
    return next(c["value"] for c in shown if (c["indicator"], c["breakdown"]) == (indicator, ""))


def refused(node: Path) -> list[str]:
    return [row["reason"] for row in here("quarantine", "list", "--json", "--dir", node).json]


def test_equal_values_are_neither_lost_nor_doubled(node: Path) -> None:
    write = lite(node)
    write(person(1, FIRST) + person(2, FIRST) + person(3, TIE))
    assert (push(node)["read"], seniors(node)) == (3, 3)
    assert push(node)["outcome"] == "unchanged"
    write(person(4, TIE) + person(5, TIE))
    assert (push(node)["read"], seniors(node)) == (3, 5)
    assert push(node)["outcome"] == "unchanged"
    write(person(6, LATER))
    push(node)
    assert seniors(node) == 6
    assert push(node)["outcome"] == "unchanged"


def test_rows_that_are_only_dated_anew_move_the_cursor(node: Path) -> None:
    write = lite(node)
    write(person(1, FIRST) + person(2, FIRST))
    push(node)
    write(f"UPDATE lnr SET gxsj = '{LATER}'")
    assert push(node)["outcome"] == "published"
    assert push(node)["outcome"] == "unchanged"


def test_a_row_that_changed_takes_the_place_of_what_it_was(node: Path) -> None:
    write = lite(node)
    write(person(1, FIRST) + person(2, TIE))
    push(node)
    write(f"UPDATE lnr SET sq = '{ELSEWHERE}', gxsj = '{LATER}' WHERE sfz = '{identity(1)}'")
    assert (push(node)["read"], seniors(node)) == (2, 1)


def test_a_row_whose_time_nobody_noted_is_read_each_time(node: Path) -> None:
    write = lite(node)
    write(person(1, TIE) + person(2, "").replace("''", "NULL"))
    assert (push(node)["read"], seniors(node)) == (2, 2)
    write(f"UPDATE lnr SET sq = '{ELSEWHERE}' WHERE sfz = '{identity(2)}'")
    push(node)
    assert seniors(node) == 1


def test_what_arrives_late_is_seen_within_the_lag_and_what_is_later_when_all_is_read_anew(node: Path) -> None:
    write = lite(node, SQL + "lag_seconds = 3600\n")
    write(person(1, LATER))
    push(node)
    write(person(2, "2013-12-03 07:30:00") + person(3, FIRST))
    push(node)
    assert seniors(node) == 2
    write(person(4, FIRST, sex="7"))
    use(node, HEAD + SQL + MAP)  # Another mapping: what was read by the old one is read again.
    assert (push(node)["read"], seniors(node), refused(node)) == (4, 3, ["unknown_code"])


def test_a_refused_row_waits_until_it_is_read_again_and_the_others_are_left_alone(node: Path) -> None:
    write = lite(node)
    write("".join(person(number, FIRST) for number in range(1, 60)))
    write(person(61, FIRST, sex="7") + person(62, FIRST, born="1931-02-30") + person(63, TIE))
    push(node)
    assert sorted(refused(node)) == ["impossible_date", "unknown_code"]
    write(f"UPDATE lnr SET xb = '2', gxsj = '{LATER}' WHERE sfz = '{identity(61)}'")
    push(node)
    assert (refused(node), seniors(node)) == (["impossible_date"], 61)


def test_a_row_that_is_gone_is_noticed_when_everything_is_read_again(node: Path) -> None:
    write = lite(node)
    write("".join(person(number, FIRST) for number in range(1, 8)) + person(8, TIE, sex="7"))
    push(node)
    write(f"DELETE FROM lnr WHERE sfz = '{identity(1)}'")
    push(node)
    assert seniors(node) == 7
    assert here("quarantine", "replay", "--dir", node).code == 0
    here("push", "--period", "2013", "--dir", node)
    assert seniors(node) == 6


def test_a_run_that_is_not_believed_leaves_the_cursor_where_it_was(node: Path) -> None:
    write = lite(node)
    write(person(1, FIRST))
    push(node)
    write("".join(person(number, TIE, sex="7") for number in range(2, 60)) + person(60, LATER))
    dirty = here("push", "--period", "2013", "--dir", node)
    assert dirty.code == 6
    assert seniors(node) == 1
    write("UPDATE lnr SET xb = '2'")
    assert (push(node)["read"], seniors(node)) == (60, 60)


def test_a_column_that_is_no_time_and_no_number_is_refused_without_its_values(node: Path) -> None:
    write = lite(node)
    write(person(1, "去年"))
    done = here("push", "--period", "2013", "--dir", node)
    assert done.code == 2
    assert "a cursor is a moment, a day or a whole number, and as many values are none: 1" in done.err
    assert "去年" not in done.err


def test_moments_to_the_millionth_are_told_apart_in_postgresql(
    node: Path, postgresql: PostgreSQL, monkeypatch: pytest.MonkeyPatch
) -> None:
    postgresql.run("CREATE TABLE lnr (xm text, sfz text, xb text, csrq date, sq text, gxsj timestamptz)")

    def write(number: int, at: str) -> None:
        postgresql.run(f"INSERT INTO lnr VALUES ('测', '{identity(number)}', '2', '1931-02-03', '{COMMUNITY}', '{at}')")

    use(node, HEAD + SQL.replace('"sqlite:///civil.db"', '{ secret = "civil.dsn" }') + MAP)
    monkeypatch.setenv("TIERSYNC_SECRET_CIVIL_DSN", postgresql.dsn)
    write(1, "2013-12-02 08:00:00.000001+08")
    write(2, "2013-12-02 08:00:00.000002+08")
    assert push(node)["read"] == 2
    write(3, "2013-12-02 08:00:00.000002+08")
    write(4, "2013-12-02 00:00:00.000003+00")
    assert (push(node)["read"], seniors(node)) == (4, 4)  # It asks from the beginning of the minute.
    assert push(node)["outcome"] == "unchanged"


FILES = '\n[stream.source]\nkind = "csv"\npath = "inbox/*.csv"\n[stream.cursor]\nkind = "{}"\n'
HEADERS = "xm,sfz,xb,csrq,sq"


def send(node: Path, name: str, *rows: str, headers: str = HEADERS) -> None:
    inbox = node / "plugins" / "civil" / "inbox"
    inbox.mkdir(exist_ok=True)
    (inbox / name).write_text("\n".join([headers, *rows, ""]), encoding="utf-8")


def line(number: int, born: str = "1931-02-03", unit: str = COMMUNITY) -> str:
    return f"测,{identity(number)},2,{born},{unit}"


def test_of_a_folder_of_files_only_new_ones_are_read_and_what_the_others_brought_stays(node: Path) -> None:
    use(node, HEAD + FILES.format("file") + MAP)
    send(node, "1.csv", line(1), line(2))
    assert (push(node)["read"], seniors(node)) == (2, 2)
    assert push(node)["outcome"] == "unchanged"
    send(node, "2.csv", line(2, unit=ELSEWHERE), line(3), line(4))
    assert (push(node)["read"], seniors(node)) == (3, 3)
    (node / "plugins" / "civil" / "inbox" / "1.csv").unlink()
    assert push(node)["outcome"] == "unchanged"
    send(node, "2.csv", line(3), line(4), line(5))
    assert (push(node)["read"], seniors(node)) == (3, 4)


def test_when_all_files_were_taken_away_nothing_is_new(node: Path) -> None:
    manifest = HEAD + FILES.format("file") + MAP
    place = use(node, manifest)
    send(node, "1.csv", line(1), line(2), line(3, born="1931-02-30"))
    push(node)
    taken = (place / "inbox" / "1.csv").rename(node / "1.csv")
    assert [push(node)["outcome"] for _ in range(2)] == ["unchanged", "unchanged"]
    assert here("source", "check", "--dir", node).code == 0
    assert here("quarantine", "replay", "--dir", node).code == 0
    assert (seniors(node), refused(node)) == (2, ["impossible_date"])
    send(node, "2.csv", line(4))
    assert (push(node)["read"], seniors(node)) == (1, 3)
    (place / "inbox" / "2.csv").unlink()
    use(node, manifest.replace('version = "1.0.0"', 'version = "1.0.1"'))
    assert (push(node)["outcome"], seniors(node)) == ("unchanged", 3)
    taken.rename(place / "inbox" / "1.csv")
    send(node, "2.csv", line(4))
    assert (push(node)["read"], seniors(node)) == (4, 3)  # By another mapping all that is there is read again.


def test_without_a_file_or_its_folder_there_is_nothing_to_go_on_from(node: Path) -> None:
    inbox = use(node, HEAD + FILES.format("file") + MAP) / "inbox"
    inbox.mkdir()
    assert "civil/senior: no file is called inbox/*.csv" in failed(node)
    send(node, "1.csv", line(1))
    push(node)
    inbox.rename(node / "away")
    assert "civil/senior: no file is called inbox/*.csv" in failed(node)
    inbox.mkdir()
    assert (push(node)["outcome"], seniors(node)) == ("published", 1)  # It ends what failed before.
    assert push(node)["outcome"] == "unchanged"
    (node / "away" / "1.csv").rename(inbox / "1.csv")
    assert push(node)["outcome"] == "unchanged"


def failed(node: Path) -> str:
    done = here("push", "--period", "2013", "--dir", node)
    assert done.code == 2
    return done.err


def test_without_memory_whatever_comes_is_added(node: Path) -> None:
    use(node, HEAD + FILES.format("none") + MAP)
    send(node, "1.csv", line(1), line(2))
    push(node)
    send(node, "1.csv", line(2, unit=ELSEWHERE), line(3))
    assert (push(node)["read"], seniors(node)) == (2, 2)


def test_whatever_changes_nothing_is_given_up_of_a_source_that_hands_over_each_row_once(node: Path) -> None:
    manifest = HEAD + FILES.format("none") + MAP
    use(node, manifest)
    send(node, "1.csv", *(line(number) for number in range(1, 11)))
    push(node)
    send(node, "1.csv", line(11), line(12, born="1931-02-30"))
    push(node)
    use(node, manifest.replace('version = "1.0.0"', 'version = "1.0.1"'))
    send(node, "1.csv", line(13))
    push(node)
    assert seniors(node) == 12
    assert here("quarantine", "replay", "--dir", node).code == 0
    here("push", "--period", "2013", "--dir", node)
    assert seniors(node) == 12


ASSOCIATIONS = """
[stream.map]
assoc_id = "bh"
unit = "dw"
members_total = "hys"
"""


def own(node: Path, cursor: str) -> None:
    """Associations, of which nothing but their own key tells one from another."""
    head = HEAD.replace('"senior"', '"association"').replace('"id_number"', '"assoc_id"')
    use(node, head + cursor + ASSOCIATIONS)


def members(node: Path) -> int:
    return int(counted(node, "O03") or 0)


def test_a_key_that_stands_in_two_files_counts_once_however_they_are_read(node: Path) -> None:
    own(node, FILES.format("file"))
    send(node, "1.csv", f"a1,{COMMUNITY},10", f"a2,{COMMUNITY},20", headers="bh,dw,hys")
    send(node, "2.csv", f"a2,{COMMUNITY},25", f"a3,{COMMUNITY},30", f"a4,{COMMUNITY},many", headers="bh,dw,hys")
    push(node)
    assert members(node) == 10 + 25 + 30
    assert here("quarantine", "replay", "--dir", node).code == 0
    here("push", "--period", "2013", "--dir", node)
    assert members(node) == 10 + 25 + 30


def test_a_row_without_its_key_is_refused_and_waits_once(node: Path) -> None:
    head = HEAD.replace('"senior"', '"association"').replace('"id_number"', '"assoc_id", "established_on"')
    use(node, head + FILES.format("none") + ASSOCIATIONS + 'established_on = "rq"\n')
    for again in range(3):
        rows = (f"a1,{COMMUNITY},10,2001-02-03", f"a2,{COMMUNITY},20,", *[""] * again)
        send(node, "1.csv", *rows, headers="bh,dw,hys,rq")
        here("push", "--period", "2013", "--dir", node)
        assert (members(node), refused(node)) == (10, ["missing"])


def test_whole_numbers_are_compared_as_numbers_however_the_database_keeps_them(node: Path) -> None:
    for kind in ("TEXT", "INTEGER", ""):
        write = lite_again(node, kind)
        write("".join(person(number, str(number + 97)) for number in (1, 2)))
        push(node)
        write(person(3, "100") + person(4, "101"))
        push(node)
        assert seniors(node) == 4, kind


def test_whole_numbers_are_compared_as_numbers_however_postgresql_keeps_them(
    node: Path, postgresql: PostgreSQL, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIERSYNC_SECRET_CIVIL_DSN", postgresql.dsn)
    cursor = SQL.replace('"sqlite:///civil.db"', '{ secret = "civil.dsn" }').replace('"lnr"', '"TABLE"')
    for kind, unknown in (("bigint", "NULL"), ("numeric", "NULL"), ("text", "''")):
        table = f"lnr_{kind}"
        postgresql.run(f"CREATE TABLE {table} (xm text, sfz text, xb text, csrq date, sq text, gxsj {kind})")
        use(node, (HEAD + cursor.replace("TABLE", table) + "\n[stream.limits]\ndeleted_share = 1\n" + MAP))
        for number, at in ((1, "98"), (2, "99"), (3, unknown)):
            postgresql.run(person(number, "AT").replace("lnr", table).replace("'AT'", at))
        push(node)
        for number, at in ((4, "100"), (5, "101")):
            postgresql.run(person(number, "AT").replace("lnr", table).replace("'AT'", at))
        assert (push(node)["read"], seniors(node)) == (4, 5), kind


def lite_again(node: Path, kind: str) -> Write:
    """A new database whose cursor is a column of this type, read from its beginning."""
    (node / "plugins" / "civil" / "civil.db").unlink(missing_ok=True)
    version = f'version = "1.0.{len(kind)}"'
    manifest = HEAD + SQL + "\n[stream.limits]\ndeleted_share = 1\n" + MAP
    return lite_in(use(node, manifest.replace('version = "1.0.0"', version)), kind)


def test_a_row_that_is_dated_far_ahead_does_not_hide_what_comes(node: Path) -> None:
    write = lite(node)
    write(person(1, FIRST) + person(2, "2999-01-01 00:00:00"))
    push(node)
    write(person(3, TIE))
    push(node)
    assert seniors(node) == 3


def test_a_row_whose_date_had_not_come_is_read_on_the_day(node: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = lite(node)
    tomorrow = now() + timedelta(days=3)  # At the office it may be the next day already.
    write(person(1, FIRST) + person(2, FIRST, born=f"{tomorrow:%Y-%m-%d}"))
    write(person(3, LATER))
    push(node)
    assert refused(node) == ["not_yet"]
    read_sources(open_with_plugins(node), now() + timedelta(days=1))
    assert refused(node) == ["not_yet"]
    read_sources(open_with_plugins(node), now() + timedelta(days=3))
    assert refused(node) == []


def test_a_run_that_brought_nothing_new_ends_what_failed_before(node: Path) -> None:
    write = lite(node)
    write(person(1, FIRST))
    push(node)
    write("ALTER TABLE lnr RENAME TO elsewhere")
    assert here("push", "--period", "2013", "--dir", node).code == 2
    write("ALTER TABLE elsewhere RENAME TO lnr")
    push(node)
    (stream,) = here("status", "--json", "--dir", node).json["streams"]
    assert stream["outcome"] == "published"
    assert push(node)["outcome"] == "unchanged"


def test_a_corrected_row_closes_what_was_refused_in_an_earlier_file(node: Path, tmp_path: Path) -> None:
    use(node, HEAD + FILES.format("file") + MAP)
    wrong = identity(2)[:17] + ("0" if identity(2)[17] != "0" else "1")
    send(node, "1.csv", line(1), line(2).replace(identity(2), wrong))
    push(node)
    assert refused(node) == ["bad_checksum"]
    book = tmp_path / "back.xlsx"
    assert here("quarantine", "export", "--out", book, "--dir", node).code == 0
    sheet = fastexcel.read_excel(book).load_sheet(0, header_row=None, dtypes="string").to_polars()
    rows = [[cell or "" for cell in row] for row in sheet.rows()]
    assert rows[1] == [*HEADERS.split(","), "错误字段", "错误原因", "位置"]
    text = "\n".join(",".join(row) for row in rows[1:]).replace(wrong, identity(2))
    (node / "plugins" / "civil" / "inbox" / "2.csv").write_text(text + "\n", encoding="utf-8")
    push(node)
    assert (refused(node), seniors(node)) == ([], 2)


def test_a_function_that_has_nothing_new_is_no_failure(node: Path) -> None:
    place = use(node, HEAD + '[stream.source]\nkind = "python"\n[stream.cursor]\nkind = "none"\n' + MAP)
    code = "from tiersync import source\n@source('senior')\ndef seniors(since, context):\n    yield from {}\n"
    row = dict(zip(HEADERS.split(","), line(1).split(","), strict=True))
    (place / "source.py").write_text(code.format([row]), encoding="utf-8")
    enable_all(node / "plugins")
    push(node)
    (place / "source.py").write_text(code.format([]), encoding="utf-8")
    enable_all(node / "plugins")
    assert push(node)["outcome"] in ("unchanged", "published")
    assert seniors(node) == 1
    assert here("finding", "list", "--json", "--dir", node).json == []


WRONG = {
    "files of a database": ("kind", 'kind = "file"\n', "sql reads no files"),
    "a value without its column": ("field", 'kind = "value"\n', "names its field"),
    "a column without a value": ("key", 'kind = "file"\nfield = "gxsj"\n', "names its field"),
    "a kind that is none": ("kind", 'kind = "page"\n', "must be 'snapshot', 'value', 'file' or 'none'"),
}


@pytest.mark.parametrize(("_", "cursor", "said"), WRONG.values(), ids=WRONG)
def test_a_cursor_that_cannot_be_is_refused(node: Path, _: str, cursor: str, said: str) -> None:
    put(node, HEAD + SQL.partition("[stream.cursor]")[0] + f"[stream.cursor]\n{cursor}" + MAP)
    assert said in lint(node).err


def test_nobodys_number_is_kept_as_a_cursor(node: Path) -> None:
    put(node, HEAD + SQL.replace('"gxsj"', '"sfz"') + MAP)
    assert "sfz tells who somebody is" in lint(node).err
    manifest = (HEAD + SQL).replace('"gxsj"', '"beside"') + MAP
    write = lite(node)
    use(node, manifest)
    write(f"ALTER TABLE lnr ADD COLUMN beside TEXT; {person(1, FIRST).replace(');', f', {identity(1)!r});')}")
    done = here("push", "--period", "2013", "--dir", node)
    assert done.code == 2
    assert "a moment, a day or a whole number" in done.err
    assert not any(identity(1).encode() in path.read_bytes() for path in node.glob("node.db*"))


def test_a_key_that_no_snapshot_keeps_cannot_tell_rows_apart(node: Path) -> None:
    put(node, HEAD.replace('"id_number"', '"name"') + SQL + MAP)
    assert "a snapshot does not keep name" in lint(node).err


def lint(node: Path) -> Done:
    done = here("plugin", "lint", "civil", "--dir", node)
    assert done.code == 2
    return done
