"""Cursors in offices as they are: files change, dates were never set, settings move; no row is lost or doubled."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from tests.cli.offices import COMMUNITY, here
from tests.databases import PostgreSQL
from tests.plugins.folders import identity
from tests.stories.test_cursors import (
    ASSOCIATIONS,
    ELSEWHERE,
    FILES,
    FIRST,
    HEAD,
    HEADERS,
    LATER,
    MAP,
    SQL,
    counted,
    line,
    lite,
    members,
    node,
    own,
    person,
    push,
    refused,
    send,
    seniors,
    use,
)  # fmt: skip
from tiersync.flow.reading.ingest import read_sources
from tiersync.host.opening import now, open_with_plugins
from tiersync.plugins.folder.trust import enable_all

__all__ = ["node"]  # The fixture of that module, used here too.

WRONG = identity(2)[:17] + ("0" if identity(2)[17] != "0" else "1")


def bad_sex(number: int) -> str:
    return line(number).replace(",2,1931", ",7,1931")


def settle_first(node: Path) -> None:
    waiting = here("quarantine", "list", "--json", "--dir", node).json
    assert here("quarantine", "settle", waiting[0]["id"], "--note", "已迁出", "--dir", node).code == 0


# What the source holds


@pytest.mark.parametrize("unknown", ["", " "])
@pytest.mark.parametrize("known", [FIRST, "98"])
def test_a_row_that_is_blank_where_others_have_their_time_is_read_each_time(
    node: Path, known: str, unknown: str
) -> None:
    write = lite(node)
    write(person(1, known))
    push(node)
    write(person(2, unknown))
    push(node)
    assert seniors(node) == 2


def test_a_row_without_any_time_is_the_oldest_of_its_key(
    node: Path, postgresql: PostgreSQL, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIERSYNC_SECRET_CIVIL_DSN", postgresql.dsn)
    postgresql.run("CREATE TABLE lnr (xm text, sfz text, xb text, csrq date, sq text, gxsj timestamp)")
    use(node, HEAD + SQL.replace('"sqlite:///civil.db"', '{ secret = "civil.dsn" }') + MAP)
    postgresql.run(person(1, "NULL").replace("'NULL'", "NULL"))
    postgresql.run(person(1, LATER, unit=ELSEWHERE) + person(2, LATER))
    push(node)
    assert seniors(node) == 1


@pytest.mark.parametrize(
    ("later", "earlier"), [("100", "99"), ("2013-12-01 09:00", "2013-12-01T10:00".replace("10", "08")), (LATER, FIRST)]
)
def test_of_one_key_the_latest_counts_however_times_are_spelled_and_rows_are_sorted(
    node: Path, later: str, earlier: str
) -> None:
    write = lite(node, SQL.replace('table = "lnr"', 'table = "lnr"\norder_by = ["xm"]'))
    write(person(1, later, unit=ELSEWHERE) + person(1, earlier) + person(2, later))
    push(node)
    assert seniors(node) == 1


def test_a_time_that_stands_for_none_harms_nobody(node: Path) -> None:
    write = lite(node, SQL + "lag_seconds = 60\n")
    write(person(1, "0001-01-01 00:00:00"))
    push(node)
    write(person(2, FIRST))
    push(node)
    assert seniors(node) == 2


def test_what_is_dated_ahead_hides_nothing_that_comes_until_then(node: Path) -> None:
    write = lite(node)
    today = now()
    write(person(1, f"{today + timedelta(days=1):%Y-%m-%d} 23:59:00"))
    push(node)
    write(person(2, f"{today:%Y-%m-%d %H:%M:%S}"))
    push(node)
    assert seniors(node) == 2


def test_an_end_that_nobody_set_hides_nothing(node: Path) -> None:
    write = lite(node)
    write(person(1, "20131201") + person(2, "99991231"))
    push(node)
    write(person(3, "20131202"))
    push(node)
    assert seniors(node) == 3


@pytest.mark.parametrize("kind", ["TEXT", "text"])
def test_a_time_in_another_form_is_refused_and_not_passed_by(
    node: Path, kind: str, postgresql: PostgreSQL, monkeypatch: pytest.MonkeyPatch
) -> None:
    if kind == "TEXT":
        write = lite(node)
    else:
        monkeypatch.setenv("TIERSYNC_SECRET_CIVIL_DSN", postgresql.dsn)
        postgresql.run("CREATE TABLE lnr (xm text, sfz text, xb text, csrq date, sq text, gxsj text)")
        use(node, HEAD + SQL.replace('"sqlite:///civil.db"', '{ secret = "civil.dsn" }') + MAP)
        write = postgresql.run
    write(person(1, FIRST))
    push(node)
    write(person(2, "12/05/2013"))
    done = here("push", "--period", "2013", "--dir", node)
    assert (done.code, "as many values are none: 1" in done.err) == (2, True)
    write(f"UPDATE lnr SET gxsj = '{FIRST[:10]}' WHERE sfz = '{identity(2)}'")
    push(node)
    assert seniors(node) == 2


def test_moments_and_numbers_in_one_column_are_told_apart(node: Path) -> None:
    write = lite(node)
    write(person(1, FIRST))
    push(node)
    write(person(2, "7"))
    done = here("push", "--period", "2013", "--dir", node)
    assert (done.code, "cannot be compared" in done.err) == (2, True)
    write("UPDATE lnr SET gxsj = '7'")
    assert here("quarantine", "replay", "--stream", "civil/senior", "--dir", node).code == 0
    push(node)
    assert seniors(node) == 2


@pytest.mark.parametrize("field", ["联系电话", "联系 电话", "*联系电话"])
def test_nobodys_telephone_is_kept_as_a_cursor(node: Path, field: str) -> None:
    place = node / "plugins" / "civil"
    (place / "inbox").mkdir(parents=True)
    (place / "inbox" / "1.csv").write_text(f"{HEADERS},联系电话\n{line(1)},13812345678\n", encoding="utf-8")
    cursor = FILES.format("value") + f'field = "{field}"\n'
    (place / "plugin.toml").write_text(HEAD + cursor + MAP + 'phone = "联系电话"\n', encoding="utf-8")
    assert "tells who somebody is" in here("plugin", "lint", "civil", "--dir", node).err
    use(node, HEAD + cursor + MAP)
    done = here("push", "--period", "2013", "--dir", node)
    assert (done.code, "13812345678" in done.err) == (2, False)


# Files


def test_figures_do_not_depend_on_the_order_in_which_files_changed(node: Path) -> None:
    own(node, FILES.format("file"))
    send(node, "1.csv", f"a1,{COMMUNITY},10", f"a2,{COMMUNITY},20", headers="bh,dw,hys")
    send(node, "2.csv", f"a2,{COMMUNITY},25", headers="bh,dw,hys")
    push(node)
    send(node, "1.csv", f"a1,{COMMUNITY},10", f"a2,{COMMUNITY},20", f"a5,{COMMUNITY},1", headers="bh,dw,hys")
    push(node)
    assert members(node) == 10 + 25 + 1


def test_files_in_folders_are_in_one_order_everywhere(node: Path) -> None:
    own(node, FILES.format("file").replace("inbox/*.csv", "inbox/**/*.csv"))
    for folder in ("2013", "2013-1"):
        (node / "plugins" / "civil" / "inbox" / folder).mkdir(parents=True)
    send(node, "2013/1.csv", f"a2,{COMMUNITY},10", headers="bh,dw,hys")
    send(node, "2013-1/1.csv", f"a2,{COMMUNITY},25", headers="bh,dw,hys")
    push(node)
    assert members(node) == 25
    send(node, "2013/1.csv", f"a2,{COMMUNITY},11", headers="bh,dw,hys")
    push(node)
    assert members(node) == 25


def test_a_refused_row_waits_though_its_key_is_sound_in_an_earlier_file_and_stays_settled(node: Path) -> None:
    use(node, HEAD + FILES.format("file") + MAP)
    send(node, "1.csv", line(1), line(2))
    send(node, "2.csv", line(3), bad_sex(2))
    push(node)
    send(node, "1.csv", line(1), line(2), line(4))
    push(node)
    assert refused(node) == ["unknown_code"]
    settle_first(node)
    send(node, "1.csv", line(1), line(2), line(4), line(5))
    push(node)
    assert (refused(node), seniors(node)) == ([], 5)


def test_files_that_were_put_away_are_no_failure(node: Path) -> None:
    use(node, HEAD + FILES.format("none") + MAP)
    assert "no file is called" in here("push", "--period", "2013", "--dir", node).err
    send(node, "1.csv", line(1))
    push(node)
    (node / "plugins" / "civil" / "inbox" / "1.csv").unlink()
    push(node)
    send(node, "2.csv", line(2))
    push(node)
    assert seniors(node) == 2


def test_a_row_whose_date_had_not_come_is_read_on_the_day_though_other_files_came_since(node: Path) -> None:
    use(node, HEAD + FILES.format("file") + MAP)
    send(node, "1.csv", line(1), line(2, born=f"{now() + timedelta(days=2):%Y-%m-%d}"))
    push(node)
    send(node, "2.csv", line(3))
    push(node)
    assert refused(node) == ["not_yet"]
    read_sources(open_with_plugins(node), now() + timedelta(days=3))
    assert refused(node) == []


def test_a_date_that_never_comes_is_not_read_again_day_by_day(node: Path) -> None:
    write = lite(node)
    write("".join(person(number, FIRST) for number in range(1, 6)) + person(9, FIRST, born="1931-02-30"))
    write(person(10, LATER))
    push(node)
    for days in (1, 2):
        (run,) = read_sources(open_with_plugins(node), now() + timedelta(days=days)).runs
        assert run.read in (0, 1)


# Runs that are not believed, and what somebody decided


def test_what_a_run_refused_that_was_not_believed_goes_when_the_source_is_mended(node: Path) -> None:
    write = lite(node)
    write("".join(person(number, FIRST) for number in range(1, 30)))
    write(person(40, FIRST, sex="7"))
    push(node)
    settle_first(node)
    write(f"UPDATE lnr SET xb = '2', gxsj = '{LATER}' WHERE sfz = '{identity(40)}'")
    write("".join(person(number, LATER, sex="7") for number in range(100, 160)))
    assert here("push", "--period", "2013", "--dir", node).code == 6
    assert len(refused(node)) == 60
    write("DELETE FROM lnr WHERE xb = '7'")
    write(f"UPDATE lnr SET xb = '7', gxsj = '{FIRST}' WHERE sfz = '{identity(40)}'")
    push(node)
    assert (refused(node), seniors(node)) == ([], 29)


@pytest.mark.parametrize("kind", ["snapshot", "none"])
def test_a_disabled_plugin_rests_with_all_it_holds_and_all_that_was_settled(node: Path, kind: str) -> None:
    use(node, HEAD + FILES.format(kind) + MAP)
    send(node, "0.csv", line(1), line(2), bad_sex(3))
    push(node)
    settle_first(node)
    if kind == "none":
        send(node, "0.csv", line(4))
        push(node)
    held = seniors(node)
    here("plugin", "disable", "civil", "--dir", node)
    here("push", "--period", "2013", "--dir", node)
    assert counted(node, "P02") is None
    assert here("quarantine", "list", "--all", "--json", "--dir", node).json == []
    here("plugin", "enable", "civil", "--dir", node)
    push(node)
    assert (refused(node), seniors(node)) == ([], held)
    assert here("status", "--json", "--dir", node).json["streams"][0]["held"] == held


def test_a_disabled_plugin_does_not_count_though_another_is_broken(node: Path) -> None:
    use(node, HEAD + FILES.format("snapshot") + MAP)
    send(node, "0.csv", line(1))
    push(node)
    broken = node / "plugins" / "broken"
    broken.mkdir()
    (broken / "plugin.toml").write_text("nothing", encoding="utf-8")
    here("plugin", "disable", "civil", "--dir", node)
    assert here("push", "--period", "2013", "--dir", node).code != 0
    assert counted(node, "P02") is None


def test_status_tells_what_is_held_and_not_only_what_came_last(node: Path) -> None:
    write = lite(node)
    write("".join(person(number, FIRST) for number in range(1, 10)) + person(10, LATER))
    push(node)
    write(person(11, LATER))
    push(node)
    (stream,) = here("status", "--json", "--dir", node).json["streams"]
    assert (stream["valid"], stream["held"]) == (2, 11)


def test_a_stream_that_is_named_is_read_from_the_beginning_though_nothing_was_refused(node: Path) -> None:
    write = lite(node, SQL + "[stream.limits]\ndeleted_share = 1\n")
    write(person(1, FIRST) + person(2, FIRST))
    push(node)
    write(f"DELETE FROM lnr WHERE sfz = '{identity(2)}'")
    push(node)
    assert here("quarantine", "replay", "--stream", "civil/senior", "--dir", node).code == 0
    push(node)
    assert seniors(node) == 1


# What the administrator changes


def test_what_was_handed_over_once_is_not_mixed_with_another_key(node: Path) -> None:
    own(node, FILES.format("none"))
    send(node, "1.csv", f"a1,{COMMUNITY},10", f"a2,{COMMUNITY},20", headers="bh,dw,hys")
    push(node)
    head = HEAD.replace('"senior"', '"association"').replace('"id_number"', '"assoc_id", "established_on"')
    use(node, head + FILES.format("none") + ASSOCIATIONS + 'established_on = "rq"\n')
    rows = ("bh,dw,hys,rq", f"a1,{COMMUNITY},10,2001-02-03", f"a2,{COMMUNITY},20,2001-01-01")
    (node / "plugins" / "civil" / "inbox" / "1.csv").write_text("\n".join(rows), encoding="utf-8")
    done = here("push", "--period", "2013", "--dir", node)
    assert (done.code, "association, assoc_id" in done.err, members(node)) == (2, True, 30)


def test_what_was_handed_over_once_is_not_mixed_with_another_record(node: Path) -> None:
    named = FILES.format("none").replace("[stream.source]", 'name = "list"\n[stream.source]')
    own(node, named)
    send(node, "1.csv", f"a1,{COMMUNITY},10", headers="bh,dw,hys")
    push(node)
    use(node, HEAD + named + MAP)
    send(node, "1.csv", line(1))
    done = here("push", "--period", "2013", "--dir", node)
    assert (done.code, "put record and key back" in done.err, members(node)) == (2, True, 10)


def test_a_function_that_was_mended_is_asked_from_the_beginning(node: Path) -> None:
    cursor = '[stream.source]\nkind = "python"\n[stream.cursor]\nkind = "value"\nfield = "gxsj"\n'
    place = use(node, HEAD + cursor + MAP)
    cells = {1: [*line(1).split(","), FIRST], 2: [*line(2).split(","), LATER]}
    rows = [dict(zip([*HEADERS.split(","), "gxsj"], cells[number], strict=True)) for number in cells]
    code = (
        "from tiersync import source\n@source('senior')\ndef seniors(since, context):\n"
        f"    for row in {rows}:\n        if WANTED and (not since or row['gxsj'] >= since):\n            yield row\n"
    )
    (place / "source.py").write_text(code.replace("WANTED", f"row['sfz'] == '{identity(2)}'"), encoding="utf-8")
    enable_all(node / "plugins")
    push(node)
    (place / "source.py").write_text(code.replace("WANTED", "True"), encoding="utf-8")
    enable_all(node / "plugins")
    push(node)
    assert seniors(node) == 2


def test_raw_values_are_kept_no_longer_because_their_row_is_read_again(node: Path) -> None:
    use(node, HEAD + FILES.format("snapshot") + MAP)
    send(node, "1.csv", line(1), bad_sex(2))
    push(node)
    send(node, "1.csv", line(1), bad_sex(2), line(3))
    read_sources(open_with_plugins(node), now() + timedelta(days=91))
    (row,) = here("quarantine", "list", "--json", "--dir", node).json
    assert here("quarantine", "show", row["id"], "--json", "--dir", node).json["raw"] is None


def test_an_entry_of_an_older_program_can_be_settled_for_good(node: Path) -> None:
    use(node, HEAD + FILES.format("snapshot") + MAP)
    send(node, "1.csv", line(1), bad_sex(2))
    push(node)
    with closing(sqlite3.connect(node / "node.db")) as database:
        assert database.execute("SELECT mark = substr(place, -12) FROM quarantine").fetchall() == [(1,)]
