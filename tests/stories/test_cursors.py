"""A source is asked only for what came since: no row is lost, none counts twice, whatever ties and delays there are."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.cli.offices import CITY, COMMUNITY, Done, found_city, here
from tests.databases import PostgreSQL
from tests.plugins.folders import identity
from tiersync.plugins.trust import enable_all

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


def use(node: Path, manifest: str) -> Path:
    place = node / "plugins" / "civil"
    place.mkdir(parents=True, exist_ok=True)
    (place / "plugin.toml").write_text(manifest, encoding="utf-8")
    enable_all(node / "plugins")
    return place


def lite(node: Path, cursor: str = SQL) -> Write:
    """The office's database, and how somebody changes it."""
    place = use(node, HEAD + cursor + MAP)

    def write(script: str) -> None:
        with closing(sqlite3.connect(place / "civil.db")) as database:
            database.executescript(script)

    write("CREATE TABLE lnr (xm TEXT, sfz TEXT, xb TEXT, csrq TEXT, sq TEXT, gxsj TEXT)")
    return write


def person(number: int, at: str, sex: str = "2", born: str = "1931-02-03") -> str:
    values = ("测", identity(number), sex, born, COMMUNITY, at)
    return f"INSERT INTO lnr VALUES ({', '.join(repr(value) for value in values)});"


def push(node: Path) -> dict[str, Any]:
    """The run of the one stream in a push."""
    done = here("push", "--period", "2013", "--json", "--dir", node)
    assert done.code == 0, done.err
    (run,) = done.json["runs"]
    return dict(run)


def seniors(node: Path) -> int:
    asked = ("--form", "aging-year", "--period", "2013", "--part", "own", "--json", "--dir", node)
    shown = here("report", "show", COMMUNITY, *asked).json["cells"]
    return int(next(c["value"] for c in shown if (c["indicator"], c["breakdown"]) == ("P02", "")))


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
    write(f"UPDATE lnr SET csrq = '1990-01-01', gxsj = '{LATER}' WHERE sfz = '{identity(1)}'")
    assert (push(node)["read"], seniors(node)) == (2, 1)


def test_a_row_whose_time_nobody_noted_is_read_each_time(node: Path) -> None:
    write = lite(node)
    write(person(1, TIE) + person(2, "").replace("''", "NULL"))
    assert (push(node)["read"], seniors(node)) == (2, 2)
    write(f"UPDATE lnr SET csrq = '1990-01-01' WHERE sfz = '{identity(2)}'")
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
    assert "1 values of the cursor are neither moments nor whole numbers" in done.err
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
    assert (push(node)["read"], seniors(node)) == (3, 4)
    assert push(node)["outcome"] == "unchanged"


FILES = '\n[stream.source]\nkind = "csv"\npath = "inbox/*.csv"\n[stream.cursor]\nkind = "{}"\n'
HEADERS = "xm,sfz,xb,csrq,sq"


def send(node: Path, name: str, *rows: str) -> None:
    inbox = node / "plugins" / "civil" / "inbox"
    inbox.mkdir(exist_ok=True)
    (inbox / name).write_text("\n".join([HEADERS, *rows, ""]), encoding="utf-8")


def line(number: int, born: str = "1931-02-03") -> str:
    return f"测,{identity(number)},2,{born},{COMMUNITY}"


def test_of_a_folder_of_files_only_new_ones_are_read_and_what_the_others_brought_stays(node: Path) -> None:
    use(node, HEAD + FILES.format("file") + MAP)
    send(node, "1.csv", line(1), line(2))
    assert (push(node)["read"], seniors(node)) == (2, 2)
    assert push(node)["outcome"] == "unchanged"
    send(node, "2.csv", line(2, born="1990-01-01"), line(3), line(4))
    assert (push(node)["read"], seniors(node)) == (3, 3)
    (node / "plugins" / "civil" / "inbox" / "1.csv").unlink()
    assert push(node)["outcome"] == "unchanged"
    send(node, "2.csv", line(3), line(4), line(5))
    assert (push(node)["read"], seniors(node)) == (3, 4)


def test_without_memory_whatever_comes_is_added(node: Path) -> None:
    use(node, HEAD + FILES.format("none") + MAP)
    send(node, "1.csv", line(1), line(2))
    push(node)
    send(node, "1.csv", line(2, born="1990-01-01"), line(3))
    assert (push(node)["read"], seniors(node)) == (2, 2)


WRONG = {
    "a value without its column": ("field", 'kind = "value"\n', "names its field"),
    "a column without a value": ("key", 'kind = "file"\nfield = "gxsj"\n', "names its field"),
    "a kind that is none": ("kind", 'kind = "page"\n', "must be 'snapshot', 'value', 'file' or 'none'"),
}


@pytest.mark.parametrize(("_", "cursor", "said"), WRONG.values(), ids=WRONG)
def test_a_cursor_that_cannot_be_is_refused(node: Path, _: str, cursor: str, said: str) -> None:
    use_broken(node, HEAD + SQL.partition("[stream.cursor]")[0] + f"[stream.cursor]\n{cursor}" + MAP)
    assert said in lint(node).err


def test_nobodys_number_is_kept_as_a_cursor(node: Path) -> None:
    use_broken(node, HEAD + SQL.replace('"gxsj"', '"sfz"') + MAP)
    assert "sfz tells who somebody is" in lint(node).err
    manifest = (HEAD + SQL).replace('"gxsj"', '"beside"') + MAP
    write = lite(node)
    use(node, manifest)
    write(f"ALTER TABLE lnr ADD COLUMN beside TEXT; {person(1, FIRST).replace(');', f', {identity(1)!r});')}")
    done = here("push", "--period", "2013", "--dir", node)
    assert done.code == 2
    assert "neither moments nor whole numbers" in done.err
    assert not any(identity(1).encode() in path.read_bytes() for path in node.glob("node.db*"))


def test_a_key_that_no_snapshot_keeps_cannot_tell_rows_apart(node: Path) -> None:
    use_broken(node, HEAD.replace('"id_number"', '"name"') + SQL + MAP)
    assert "a snapshot does not keep name" in lint(node).err


def use_broken(node: Path, manifest: str) -> None:
    place = node / "plugins" / "civil"
    place.mkdir(parents=True)
    (place / "plugin.toml").write_text(manifest, encoding="utf-8")


def lint(node: Path) -> Done:
    done = here("plugin", "lint", "civil", "--dir", node)
    assert done.code == 2
    return done
