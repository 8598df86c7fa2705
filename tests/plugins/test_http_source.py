"""A web service becomes rows: paged, limited, cut off, repeating, lying; and its token is told to nobody."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import polars as pl
import pytest
from stamina.instrumentation import get_on_retry_hooks

from tests.cli.offices import CITY, COMMUNITY, here, write_units
from tests.plugins.folders import UNITS, identity, one_frame
from tests.plugins.insurer_api import TOKEN
from tiersync.errors import BadPlugin, BadSource
from tiersync.plugins.folder.manifest import load_plugin
from tiersync.plugins.folder.stream import Resume
from tiersync.plugins.folder.trust import enable_all
from tiersync.plugins.kinds.http.patience import ATTEMPTS, LONGEST_WAIT, PATIENCE, AskedToWait, CutOff, Patience
from tiersync.plugins.worker.reading import open_worker

MANIFEST = """
[plugin]
id = "insurer"
name = "银龄安康"
version = "1.0.0"
api = 1
unit = "{unit}"

[[stream]]
record = "benefit"
key = ["benefit_id"]
[stream.source]
kind = "http"
url = "{url}"
items = "data"
total = "total"
token = {{ secret = "insurer.token" }}
{more}
[stream.map]
benefit_id = "id"
id_number = "person.idNo"
kind = {{ from = "kind", values = {{ 参保 = "policy" }} }}
scheme = {{ constant = "yinling_ankang" }}
unit = {{ constant = "{unit}" }}
period = "year"
amount = "paid"
"""
PAGED = {name: f'paging = "{name}"\npage_size = 10' for name in ("page", "offset", "next")}


@contextmanager
def service(how: str, items: int = 25) -> Iterator[str]:
    """The service's address; the process ends with the test."""
    command = [sys.executable, "-m", "tests.plugins.insurer_api", how, str(items)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2])
    try:
        assert process.stdout
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}/api/policies"
    finally:
        process.kill()
        process.wait()


def write(folder: Path, url: str, more: str = PAGED["page"]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "plugin.toml").write_text(MANIFEST.format(url=url, more=more, unit=COMMUNITY), encoding="utf-8")
    return folder


def write_without_total(folder: Path, url: str) -> Path:
    """The same for a service that does not say how many items it has."""
    text = (write(folder, url) / "plugin.toml").read_text(encoding="utf-8")
    (folder / "plugin.toml").write_text(text.replace('total = "total"', ""), encoding="utf-8")
    return folder


def read(folder: Path, url: str, more: str = PAGED["page"]) -> pl.DataFrame:
    return read_folder(write(folder, url, more))


def read_folder(folder: Path) -> pl.DataFrame:
    plugin = load_plugin(folder)
    with open_worker(plugin, UNITS, secrets=lambda name: TOKEN) as worker:
        return one_frame(batch.rows for batch in worker.read(plugin.streams[0]))


@pytest.mark.parametrize("paging", PAGED)
def test_every_page_is_read_and_nested_names_are_dotted(tmp_path: Path, paging: str) -> None:
    with service(paging) as url:
        rows = read(tmp_path / "insurer", url, PAGED[paging])
    assert rows["benefit_id"].to_list() == [f"B{number:06}" for number in range(25)]
    assert rows["id_number"][3] == identity(3)
    assert (rows["period"][0], rows["amount"][0], rows["kind"][0]) == ("2013", "100", "policy")
    assert rows["place_row"].to_list() == list(range(1, 26))


@pytest.mark.parametrize("how", ["limited", "cut_off", "repeats", "stumbles", "until"])
def test_limits_cut_answers_and_repeated_rows_lose_and_double_nothing(tmp_path: Path, how: str) -> None:
    with service(how, 30) as url:
        rows = read(tmp_path / "insurer", url)
    assert rows["benefit_id"].to_list() == [f"B{number:06}" for number in range(30)]


@pytest.mark.parametrize("items", [0, 3, 20, 25])
def test_a_service_that_hands_out_fewer_than_asked_for_is_read_to_its_end(tmp_path: Path, items: int) -> None:
    with service("capped", items) as url:
        assert read_folder(write_without_total(tmp_path / "insurer", url)).height == items


@pytest.mark.parametrize("how", ["no_such_page", "last_again"])
@pytest.mark.parametrize("items", [3, 20, 25])
def test_the_end_is_found_however_a_service_says_that_there_is_no_more(tmp_path: Path, how: str, items: int) -> None:
    with service(how, items) as url:
        assert read(tmp_path / "insurer", url).height == items


def test_a_service_that_brings_its_first_page_again_and_again_is_not_believed(tmp_path: Path) -> None:
    with service("ignores") as url, pytest.raises(BadSource, match="the same page again"):
        read_folder(write_without_total(tmp_path / "insurer", url))


def test_what_the_address_asks_for_is_asked_with_every_page(tmp_path: Path) -> None:
    with service("only_type_2") as url:
        assert read(tmp_path / "insurer", f"{url}?type=2").height == 25


def test_items_without_a_key_are_rows_of_their_own(tmp_path: Path) -> None:
    with service("without_keys") as url:
        rows = read(tmp_path / "insurer", url, 'paging = "none"')
    assert rows["id_number"].to_list() == [identity(number) for number in range(3)]


@pytest.mark.parametrize(
    ("how", "more", "why"),
    [
        ("expired", PAGED["page"], "refuses our token"), ("elsewhere", PAGED["next"], "leads to another server"),
        ("circle", PAGED["next"], "round in a circle"), ("redirect", PAGED["page"], "sends us to another server"),
        ("busy", PAGED["page"], "come back later"), ("always_cut_off", PAGED["page"], "cut off"),
        ("changes", PAGED["page"], "changed while it was read"), ("too_few", PAGED["page"], "tells of 25 items"),
        ("alternates", PAGED["page"], "the same items again and again"),
        ("rubbish", PAGED["page"], "no list of items at data"),
        ("shrinks", PAGED["page"], "tells of 25 items and brought 24"),
        ("capped", PAGED["page"], "no number of items at total"),
        ("wild", PAGED["next"], "its next link is no address"),
    ],
)  # fmt: skip
def test_what_cannot_be_believed_is_said(tmp_path: Path, how: str, more: str, why: str) -> None:
    with service(how) as url, pytest.raises(BadSource, match=why) as caught:
        read(tmp_path / "insurer", url, more)
    assert TOKEN not in str(caught.value)


def test_a_full_page_without_the_link_that_was_named_is_not_the_whole_register(tmp_path: Path) -> None:
    with service("astray") as url:
        folder = write_without_total(tmp_path / "insurer", url)
        text = (folder / "plugin.toml").read_text(encoding="utf-8")
        (folder / "plugin.toml").write_text(text.replace('paging = "page"', 'paging = "next"'), encoding="utf-8")
        with pytest.raises(BadSource, match="a full page, and nothing at next"):
            read_folder(folder)


def test_a_service_is_asked_for_what_came_since_the_cursor(tmp_path: Path) -> None:
    with service("since", 6) as url:
        folder = write(tmp_path / "insurer", url)
        text = (folder / "plugin.toml").read_text(encoding="utf-8")
        cursor = '[stream.cursor]\nkind = "value"\nfield = "changed"\nparam = "changed"\n[stream.map]'
        (folder / "plugin.toml").write_text(text.replace("[stream.map]", cursor), encoding="utf-8")
        plugin = load_plugin(folder)
        with open_worker(plugin, UNITS, secrets=lambda name: TOKEN) as worker:
            whole = one_frame(batch.rows for batch in worker.read(plugin.streams[0]))
            later = one_frame(batch.rows for batch in worker.read(plugin.streams[0], resume=Resume(since="4")))
            nothing = one_frame(batch.rows for batch in worker.read(plugin.streams[0], resume=Resume(since="6")))
    assert nothing.is_empty()
    assert whole["cursor"].to_list() == ["0", "1", "2", "3", "4", "5"]
    assert later["cursor"].to_list() == ["4", "5"]


def test_a_service_that_is_down_is_said(tmp_path: Path) -> None:
    with service("page") as url:
        pass
    with pytest.raises(BadSource, match="cannot be reached"):
        read(tmp_path / "insurer", url)


def test_a_number_that_lost_its_digits_is_handed_on_as_it_was_written(tmp_path: Path) -> None:
    with service("typed") as url:
        assert read(tmp_path / "insurer", url, 'paging = "none"')["id_number"][1] == f"{identity(1)[:6]}E12"


def test_a_column_that_the_service_lacks_is_said(tmp_path: Path) -> None:
    with service("page") as url:
        folder = write(tmp_path / "insurer", url)
        text = (folder / "plugin.toml").read_text(encoding="utf-8")
        (folder / "plugin.toml").write_text(text.replace('amount = "paid"', 'amount = "sum"'), encoding="utf-8")
        plugin = load_plugin(folder)
        with (
            open_worker(plugin, UNITS, secrets=lambda name: TOKEN) as worker,
            pytest.raises(BadSource, match="no column is headed sum"),
        ):
            list(worker.read(plugin.streams[0]))


@pytest.mark.parametrize(
    ("url", "more", "why"),
    [
        ("http://insurer.example/api", "", "insecure = true"), ("ftp://insurer.example/", "", "no http or https"),
        ("https://me:word@insurer.example/", "", "holds a password"),
        ("https://insurer.example/", "page_size = 0", "page_size"),
        ("https://insurer.example/", 'params = { token = "x" }', "looks like a secret"),
        ("https://insurer.example/?apikey=x", "", "apikey looks like a secret"),
        ("https://insurer.example/", 'paging = "next"\nnext = ""', "needs the path"),
        ("https://insurer.example/", 'nonsense = "x"', "knows no setting nonsense"),
    ],
)  # fmt: skip
def test_settings_that_are_not_safe_are_refused_when_the_folder_is_loaded(
    tmp_path: Path, url: str, more: str, why: str
) -> None:
    with pytest.raises(BadPlugin, match=why):
        load_plugin(write(tmp_path / "insurer", url, more))


def test_a_token_in_the_folder_is_refused(tmp_path: Path) -> None:
    folder = write(tmp_path / "insurer", "https://insurer.example/")
    text = (folder / "plugin.toml").read_text(encoding="utf-8")
    (folder / "plugin.toml").write_text(text.replace('{ secret = "insurer.token" }', f'"{TOKEN}"'), encoding="utf-8")
    with pytest.raises(BadPlugin, match="never the token") as caught:
        load_plugin(folder)
    assert TOKEN not in str(caught.value)


@pytest.fixture
def node(tmp_path: Path) -> Path:
    folder = tmp_path / "node"
    here("init", CITY, "--dir", folder, "--url", "http://127.0.0.1:1", "--units", write_units(tmp_path))
    return folder


def test_a_service_becomes_figures_and_its_token_stands_nowhere(node: Path) -> None:
    secret = node / "keys" / "secrets" / "insurer.token"
    secret.parent.mkdir(mode=0o700)
    secret.touch(0o600)
    secret.write_text(TOKEN, encoding="utf-8")
    with service("page", 40) as url:
        write(node / "plugins" / "insurer", url)
        enable_all(node / "plugins")
        done = here("push", "--period", "2013", "--dir", node)
    assert done.code == 0, done.err
    asked = ("--form", "aging-year", "--period", "2013", "--part", "own", "--dir", node, "--json")
    cells = {
        c["indicator"]: c["value"]
        for c in here("report", "show", COMMUNITY, *asked).json["cells"]
        if not c["breakdown"]
    }
    assert cells["I01"] == 40
    holding = [path for path in node.rglob("*") if path.is_file() and TOKEN.encode() in path.read_bytes()]
    assert holding == [secret]
    assert TOKEN not in done.out + done.err


def test_without_its_token_it_is_asked_for(node: Path) -> None:
    write(node / "plugins" / "insurer", "http://127.0.0.1:9/")
    enable_all(node / "plugins")
    done = here("push", "--period", "2013", "--dir", node)
    assert (done.code, "insurer.token" in done.err) == (6, True)


def test_a_page_is_waited_for_as_long_as_the_service_says_and_no_longer_than_a_node_has_patience() -> None:
    patience = Patience(5)
    asked = [patience(AskedToWait(seconds)) for seconds in (0.0, 7.5, LONGEST_WAIT, LONGEST_WAIT + 1, 3600)]
    assert [wait is not False and wait for wait in asked] == [0.0, 7.5, LONGEST_WAIT, False, False]
    assert Patience(PATIENCE)(AskedToWait(1)) is False


def test_after_an_answer_that_is_cut_off_each_wait_is_twice_the_one_before() -> None:
    patience = Patience(5)
    assert [patience(CutOff()) for _ in range(ATTEMPTS)] == [1, 2, 4, 8, 16]
    assert patience(httpx.ConnectError("nobody")) is False
    assert patience(ValueError()) is False


def test_no_words_of_a_failed_answer_come_into_a_log() -> None:
    assert get_on_retry_hooks() == ()
