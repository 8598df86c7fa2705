"""Every examination of `tiersync doctor` is seen well, and seen to find what it is there for."""

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, update

from tests.cli.offices import COMMUNITY, DISTRICT, change_setting, found_city, here, spoken, write_plugin
from tests.plugins.folders import senior
from tests.store.kit.place import finding
from tiersync.flow.clock import HEARD
from tiersync.flow.healing.heal import SCRUBBED
from tiersync.flow.jobs.states import SINCE
from tiersync.host.doctor.examine import ALONE, OF_OPEN, examine
from tiersync.host.opening import open_node
from tiersync.host.place import PLACE
from tiersync.store.care.manifest import BACKUP_AT
from tiersync.store.database import Connection
from tiersync.store.facts import forget, remember
from tiersync.store.findings import keep_finding
from tiersync.store.links.envelopes import spell_time
from tiersync.store.links.links import open_link
from tiersync.store.tables import envelopes, jobs, outbox, quarantine

NOW = datetime(2026, 11, 30, 2, tzinfo=UTC)  # a Monday morning


@pytest.fixture
def city(tmp_path: Path) -> Path:
    """A top node that is as it should be."""
    folder = tmp_path / "city"
    found_city(folder)
    (folder / "KEEP-OFFLINE-top-key.copy").unlink()
    remembered(folder, SINCE.format("push"), spell_time(NOW - timedelta(minutes=1)))
    for fact in (BACKUP_AT, SCRUBBED):
        remembered(folder, fact, spell_time(NOW - timedelta(days=1)))
    return folder


def changed(folder: Path, change: Callable[[Connection], object]) -> None:
    node = open_node(folder)
    with node.store.write() as db:
        change(db)
    node.store.close()


def linked(folder: Path) -> None:
    """A district is linked below."""
    node = open_node(folder)
    with node.store.write_link(DISTRICT) as db:
        open_link(db, DISTRICT, "child")
    node.store.close()


def remembered(folder: Path, fact: str, value: str) -> None:
    changed(folder, lambda db: remember(db, fact, value))


def levels(folder: Path, now: datetime = NOW) -> dict[str, str]:
    return {one.what: one.level for one in examine(folder, now, asks=True)}


def added(folder: Path, text: str) -> None:
    with (folder / "tiersync.toml").open("a", encoding="utf-8") as file:
        file.write(text)


def test_a_sound_node_is_found_sound_in_everything_that_is_looked_at(city: Path) -> None:
    found = list(examine(city, NOW))
    assert {one.what for one in found} == ALONE.keys() | OF_OPEN.keys()
    assert len(found) >= 15
    assert {one.what: one.said.en for one in found if one.level != "ok"} == {}
    for one in found:
        assert one.name.zh != one.name.en


def test_settings_that_cannot_be_read_are_the_only_thing_that_is_said(city: Path) -> None:
    added(city, '[[schedule]]\nwhat = "sing"\nevery = "1d"\n')
    assert levels(city) == {"settings": "wrong"}


def break_permissions(city: Path) -> None:
    (city / "node.db").chmod(0o644)


def break_keys(city: Path) -> None:
    (city / "keys" / "node.key").write_bytes(b"short")


def leave_the_copy(city: Path) -> None:
    (city / "KEEP-OFFLINE-top-key.copy").write_bytes(bytes(32))


def fill_the_disk(city: Path) -> None:
    set_number(city, "disk_floor_mb", 1_000_000)


def nearly_fill_the_disk(city: Path) -> None:
    set_number(city, "disk_floor_mb", shutil.disk_usage(city).free // 2**20 // 2)


def set_number(city: Path, name: str, value: int) -> None:
    path = city / "tiersync.toml"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(f"{name} = {value}" if one.startswith(f"{name} =") else one for one in lines) + "\n")


def lose_a_secret(city: Path) -> None:
    path = city / "tiersync.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("to = []", 'to = ["wecom"]'), encoding="utf-8")


def lose_the_database(city: Path) -> None:
    (city / "node.db").unlink()


def bring_a_newer_database(city: Path) -> None:
    with closing(sqlite3.connect(city / "node.db")) as db:
        db.execute("UPDATE alembic_version SET version_num = '9999'")
        db.commit()


def have_a_child(city: Path) -> None:
    linked(city)
    change_setting(city, "serve", "listen", "127.0.0.1:9")
    change_setting(city, "serve", "url", "http://127.0.0.1:9")


def be_reached_by_nobody(city: Path) -> None:
    linked(city)
    change_setting(city, "serve", "listen", "0.0.0.0:8471")
    change_setting(city, "serve", "url", "http://127.0.0.1:8471")


def set_the_clock_back(city: Path) -> None:
    heard = [spell_time(NOW + timedelta(days=400)), spell_time(NOW + timedelta(days=400, hours=1))]
    remembered(city, HEARD, " ".join((heard[0], heard[0], heard[1], heard[1])))


def lose_the_parent(city: Path) -> None:
    change_setting(city, "parent", "url", "http://127.0.0.1:9")


def damage_a_page(city: Path) -> None:
    with (city / "node.db").open("r+b") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(size // 2 // 4096 * 4096)
        file.write(b"\xff" * 8192)


def break_a_plugin(city: Path) -> None:
    write_plugin(city, [senior(1)])
    (city / "plugins" / "decheng" / "plugin.toml").write_text("not toml", encoding="utf-8")


def disable_a_plugin(city: Path) -> None:
    write_plugin(city, [senior(1)])
    assert here("plugin", "disable", "decheng", "--dir", city).code == 0


def name_a_stream_that_is_none(city: Path) -> None:
    added(city, '[[schedule]]\nwhat = "push"\nevery = "15m"\nstreams = ["decheng/senior"]\n')


def never_fire(city: Path) -> None:
    added(city, '[[schedule]]\nwhat = "push"\nwhen = "0 0 31 2 *"\n')


def pause_for_ever(city: Path) -> None:
    assert here("schedule", "pause", "backup", "--dir", city).code == 0


def fail_a_job(city: Path) -> None:
    add_job(city, "failed", NOW - timedelta(hours=3))


def stop_running(city: Path) -> None:
    add_job(city, "done", NOW - timedelta(hours=3))


def never_run(city: Path) -> None:
    changed(city, lambda db: forget(db, SINCE.format("push")))


def add_job(city: Path, result: str, slot: datetime) -> None:
    row = {
        "name": "push", "what": "push", "slot": spell_time(slot), "started_at": spell_time(slot), "result": result,
        "attempts": 1, "process": "vm:1", "fence": 1, "lease_until": spell_time(slot), "said_zh": "", "said_en": "",
    }  # fmt: skip
    changed(city, lambda db: db.execute(insert(jobs).values(**row)))


def forget_backups(city: Path) -> None:
    remembered(city, BACKUP_AT, spell_time(NOW - timedelta(days=30)))


def find_damage(city: Path) -> None:
    node = open_node(city)
    altered = finding(node.home).model_copy(update={"reason": "altered", "level": "cells"})
    with node.store.write() as db:
        keep_finding(db, altered, NOW)
    node.store.close()


def scrub_never_again(city: Path) -> None:
    remembered(city, SCRUBBED, spell_time(NOW - timedelta(days=9)))


def hear_of_the_future(city: Path) -> None:
    changed(city, lambda db: db.execute(update(envelopes).values(state="unread")))


def come_from_elsewhere(city: Path) -> None:
    remembered(city, PLACE, "0123456789abcdef")


def let_something_wait(city: Path) -> None:
    linked(city)
    node = open_node(city)
    with node.store.write() as db:
        first = db.execute(envelopes.select()).first()
        assert first
        db.execute(insert(outbox).values(peer=DISTRICT, envelope=first.id, priority=9, state="waiting"))
    node.store.close()


def refuse_a_row(city: Path) -> None:
    row = {
        "stream": "a/senior", "run": "r", "file": "f", "sheet": "", "row": 2, "field": "sex", "reason": "missing",
        "opened_at": spell_time(NOW),
    }  # fmt: skip
    changed(city, lambda db: db.execute(insert(quarantine).values(**row)))


@pytest.mark.parametrize(
    ("what", "level", "spoil"),
    [
        ("permissions", "wrong", break_permissions),
        ("keys", "wrong", break_keys),
        ("keys", "look", leave_the_copy),
        ("disk", "wrong", fill_the_disk),
        ("disk", "look", nearly_fill_the_disk),
        ("secrets", "wrong", lose_a_secret),
        ("database", "wrong", lose_the_database),
        ("database", "wrong", bring_a_newer_database),
        ("address", "wrong", have_a_child),
        ("address", "look", be_reached_by_nobody),
        ("clock", "wrong", set_the_clock_back),
        ("parent", "wrong", lose_the_parent),
        ("soundness", "wrong", damage_a_page),
        ("plugins", "wrong", break_a_plugin),
        ("plugins", "look", disable_a_plugin),
        ("schedules", "wrong", name_a_stream_that_is_none),
        ("schedules", "wrong", never_fire),
        ("schedules", "look", pause_for_ever),
        ("jobs", "wrong", fail_a_job),
        ("jobs", "wrong", stop_running),
        ("jobs", "look", never_run),
        ("backup", "wrong", forget_backups),
        ("damage", "wrong", find_damage),
        ("damage", "look", scrub_never_again),
        ("place", "look", come_from_elsewhere),
        ("newer", "wrong", hear_of_the_future),
        ("links", "look", let_something_wait),
        ("quarantine", "look", refuse_a_row),
    ],
)
def test_what_is_not_as_it_should_be_is_found_and_what_to_do_is_said(
    city: Path, what: str, level: str, spoil: Callable[[Path], None]
) -> None:
    spoil(city)
    found = {one.what: one for one in examine(city, NOW)}
    assert found[what].level == level
    for text in (found[what].said, found[what].todo):
        assert text.zh
        assert text.en


def test_a_proxy_on_the_way_up_is_named_without_its_password(city: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    change_setting(city, "parent", "url", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTPS_PROXY", "http://office:geheim@proxy.example:3128")
    found = {one.what: one for one in examine(city, NOW, asks=False)}["proxies"]
    assert found.level == "look"
    assert "proxy.example" in found.said.en
    assert "geheim" not in str(found)


def test_days_off_that_were_not_announced_are_asked_for_in_december(city: Path) -> None:
    assert levels(city, datetime(2026, 12, 14, tzinfo=UTC))["calendar"] == "ok"
    assert levels(city, datetime(2026, 12, 20, tzinfo=UTC))["calendar"] == "look"


def test_the_command_says_what_is_wrong_in_both_languages_and_ends_with_3(city: Path) -> None:
    break_permissions(city)
    for lang, said in (("en", "other accounts can get at"), ("zh", "其他账户可以访问")):
        done = spoken("doctor", "--dir", city, "--offline", lang=lang)
        assert done.code == 3
        assert said in done.out
        assert "chmod" in done.out
    found = here("doctor", "--dir", city, "--offline", "--json")
    assert {one["what"]: one["level"] for one in found.json}["permissions"] == "wrong"
    (city / "node.db").chmod(0o600)


def test_a_folder_without_a_node_is_named(tmp_path: Path) -> None:
    done = here("doctor", "--dir", tmp_path)
    assert done.code == 3
    assert "tiersync init" in done.out
    assert COMMUNITY not in done.out
