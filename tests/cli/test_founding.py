"""Making nodes: what is refused, and that a refusal leaves a folder in which the right command still works."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.cli.offices import CITY, DISTRICT, STREET, Offices, here, init_city, serve, spoken, write_units
from tiersync.config.settings import read_settings
from tiersync.host.opening import now
from tiersync.link.token import read_token
from tiersync.web.client import is_only_here


def test_a_command_without_a_node_says_how_to_make_one(tmp_path: Path) -> None:
    for command in ("status", "push", "pull", "run", "ingest"):
        done = here(command, "--dir", tmp_path)
        assert (done.code, done.out) == (3, "")
        assert "Make one with tiersync init" in done.err
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_holds_a_node_is_never_made_into_another(offices: Offices) -> None:
    before = (offices.city / "tiersync.toml").read_bytes()
    again = here("init", DISTRICT, "--dir", offices.city, "--url", "http://127.0.0.1:1")
    joined = here("join", offices.token, "--dir", offices.city)
    assert (again.code, joined.code) == (3, 3)
    assert f"already holds a node of unit {CITY}" in again.err
    assert (offices.city / "tiersync.toml").read_bytes() == before


def test_a_lost_database_is_said_and_not_replaced_by_an_empty_one(offices: Offices, tmp_path: Path) -> None:
    folder = offices.copy_of_district(tmp_path / "copy")
    for file in folder.glob("node.db*"):
        file.unlink()
    done = here("status", "--dir", folder)
    assert done.code == 3
    assert "put it back from a backup" in done.err
    assert not (folder / "node.db").exists()


@pytest.mark.parametrize(
    ("url", "listen"),
    [
        ("http://127.0.0.1:18471", "127.0.0.1:18471"), ("http://localhost:9000", "localhost:9000"),
        ("http://[::1]:9000", "[::1]:9000"), ("https://city.example", "127.0.0.1:8471"),
        ("https://city.example:9000", "127.0.0.1:8471"),
    ],
)  # fmt: skip
def test_a_node_that_is_reached_on_this_machine_listens_where_it_is_reached(
    tmp_path: Path, url: str, listen: str
) -> None:
    folder = tmp_path / "city"
    assert here("init", CITY, "--dir", folder, "--url", url, "--units", write_units(tmp_path)).code == 0
    assert read_settings(folder).serve.listen == listen


def test_a_parent_that_is_away_leaves_no_node_and_says_whose_turn_it_is(tmp_path: Path) -> None:
    init_city(tmp_path / "city")
    token = here("invite", DISTRICT, "--dir", tmp_path / "city").out.strip()
    done = here("join", token, "--dir", tmp_path / "decheng")
    assert done.code == 4
    assert "nothing was set up here. Ask it to run tiersync run" in done.err
    assert not (tmp_path / "decheng" / "tiersync.toml").exists()


def test_plain_http_off_this_machine_needs_a_word(tmp_path: Path) -> None:
    asked = ("init", CITY, "--url", "http://city.example:8471", "--units", write_units(tmp_path), "--dir")
    refused = here(*asked, tmp_path / "city")
    assert refused.code == 2
    assert "--insecure" in refused.err
    assert not (tmp_path / "city").exists()
    assert here(*asked, tmp_path / "city", "--insecure").code == 0


def test_a_unit_that_is_not_in_the_list_founds_nothing(tmp_path: Path) -> None:
    done = here(
        "init", "371499999999", "--url", "http://127.0.0.1:1", "--units", write_units(tmp_path), "--dir", tmp_path / "x"
    )
    assert done.code == 2
    assert "There is no unit 371499999999" in done.err
    assert not (tmp_path / "x").exists()


@pytest.fixture
def city(tmp_path: Path) -> Path:
    """A city of its own, which nobody serves."""
    init_city(tmp_path / "city")
    return tmp_path / "city"


def token_of(city: Path) -> str:
    return str(here("invite", DISTRICT, "--dir", city, "--json").json["token"])


def spoil(token: str) -> dict[str, str]:
    body = token.removeprefix("tiersync1.")
    return {"rubbish": "rubbish", "cut off": token[:-20], "changed": f"tiersync1.{body[:30]}A{body[31:]}"}


@pytest.mark.parametrize("how", ["rubbish", "cut off", "changed"])
def test_a_damaged_token_is_refused_before_anything_is_made(city: Path, tmp_path: Path, how: str) -> None:
    done = here("join", spoil(token_of(city))[how], "--dir", tmp_path / "new")
    assert done.code == 2
    assert "Ask the unit above for a new one" in done.err
    assert not (tmp_path / "new").exists()


def test_a_token_for_an_open_line_is_refused(city: Path, tmp_path: Path) -> None:
    told = read_token(token_of(city), now())
    done = here("join", told.model_copy(update={"url": "http://10.0.0.1:8471"}).text(), "--dir", tmp_path / "new")
    assert done.code == 2
    assert "plain http" in done.err


def test_an_expired_token_is_refused(city: Path, tmp_path: Path) -> None:
    told = read_token(token_of(city), now())
    done = here(
        "join", told.model_copy(update={"expires": now() - timedelta(days=1)}).text(), "--dir", tmp_path / "new"
    )
    assert done.code == 2
    assert "expired" in done.err


def test_a_token_is_good_for_one_node_only(offices: Offices, tmp_path: Path) -> None:
    done = here("join", offices.token, "--dir", tmp_path / "impostor")
    assert done.code == 5
    assert "another node has used this invitation already" in done.err
    assert not (tmp_path / "impostor" / "tiersync.toml").exists()


def test_a_token_names_one_unit_only(offices: Offices, tmp_path: Path) -> None:
    told = read_token(offices.token, now())
    done = here("join", told.model_copy(update={"unit": STREET}).text(), "--dir", tmp_path / "impostor")
    assert done.code == 5
    assert "for another unit" in done.err


def test_a_join_that_failed_can_be_tried_again_and_a_revoked_node_is_refused(city: Path, tmp_path: Path) -> None:
    folder = tmp_path / "district"
    assert here("join", token_of(city), "--dir", folder).code == 4  # Nobody serves there yet.
    serving = serve(city)
    try:
        assert here("join", token_of(city), "--dir", folder).code == 0
        assert here("pull", "--dir", folder).code == 0
        assert here("link", "revoke", DISTRICT, "--dir", city, "--yes").code == 0
        refused = here("pull", "--dir", folder)
    finally:
        serving.terminate()
        serving.communicate()
    assert refused.code == 5
    assert "this unit's key was revoked" in refused.err


def test_the_top_cannot_invite_itself_and_has_nothing_to_pull(city: Path) -> None:
    assert here("invite", CITY, "--dir", city).code == 3
    assert here("pull", "--dir", city).code == 3


def test_only_a_link_that_exists_can_be_revoked(offices: Offices) -> None:
    done = here("link", "revoke", STREET, "--dir", offices.city, "--yes")
    assert done.code == 2
    assert f"There is no link {STREET} here" in done.err


def test_only_a_link_that_is_held_can_be_resumed_and_no_english_stands_in_the_chinese(offices: Offices) -> None:
    done = spoken("link", "resume", DISTRICT, "--dir", offices.city, "--yes", lang="zh")
    assert done.code == 2
    assert f"没有名为“{DISTRICT}”的暂停接收的链路" in done.err


def test_a_token_with_an_address_that_only_this_machine_reaches_says_so_beside_it(tmp_path: Path) -> None:
    asked = ("init", CITY, "--units", write_units(tmp_path), "--dir")
    here(*asked, tmp_path / "here", "--url", "http://127.0.0.1:8471")
    here(*asked, tmp_path / "there", "--url", "https://city.example")
    said = here("invite", DISTRICT, "--dir", tmp_path / "here")
    assert "which only this machine itself can reach" in said.err
    assert read_token(said.out, now()).url == "http://127.0.0.1:8471"
    assert "[serve] url" in spoken("invite", DISTRICT, "--dir", tmp_path / "here", lang="zh").err
    assert "只有本机自己能访问" in spoken("invite", DISTRICT, "--dir", tmp_path / "here", "--json", lang="zh").err
    assert "only this machine" not in here("invite", DISTRICT, "--dir", tmp_path / "there").err


@pytest.mark.parametrize(
    ("url", "only_here"),
    [
        ("http://127.0.0.1:8471", True), ("http://localhost:8471", True), ("http://[::1]:8471", True),
        ("http://0.0.0.0:8471", True), ("http://[::]:8471", True), ("http://10.1.2.3:8471", False),
        ("https://city.example", False),
    ],
)  # fmt: skip
def test_an_address_of_every_kind_is_known_for_what_it_is(url: str, only_here: bool) -> None:
    assert is_only_here(url) is only_here
