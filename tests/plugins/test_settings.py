"""Whoever wrote a setting of a database or a service wrongly is told where and why, in their own language."""

import re
from pathlib import Path

import pytest

from tests.cli.offices import PLUGIN, found_city, spoken
from tests.plugins.folders import UNITS
from tiersync.cli.commands.plugin.seen import asked_for
from tiersync.errors import BadPlugin, BadSource
from tiersync.model.canonical import Value
from tiersync.plugins.folder.manifest import load_plugin
from tiersync.plugins.kinds.http.settings import HttpSettings
from tiersync.plugins.kinds.sql.settings import SqlSettings
from tiersync.plugins.worker.reading import open_worker

SQL = 'kind = "sql"\ndsn = { secret = "civil.dsn" }\ntable = "lnr"\n'
HTTP = 'kind = "http"\nurl = "https://insurer.example/"\ntoken = { secret = "insurer.token" }\n'
WRONG = {  # the settings, the place, words in English and Chinese
    "a wrong type in sql": (SQL + "order_by = 3", "15:1", "order_by: it must be a list", "order_by：应为 [ ] 中的列表"),
    "a wrong type in http": (HTTP + "items = 3", "15:1", "items: it must be text", "items：应为带引号的文字"),
    "no dsn": ('kind = "sql"\ntable = "lnr"', "11:1", "sql needs dsn", "sql 需要写明 dsn"),
    "no url": ('kind = "http"', "11:1", "url: it is missing", "url：缺少该项"),
    "too small a number in sql": (SQL + "connect_seconds = 0", "15:1", "must be at least 1", "不得小于 1"),
    "too large a number in http": (HTTP + "page_size = 20000", "15:1", "must be at most 10000", "不得大于 10000"),
    "an unknown choice in sql": (SQL + 'time_zone = "Mars/Base"', "15:1", "no such time zone", "没有这个时区"),
    "an unknown choice in http": (
        HTTP + 'paging = "leaf"',
        "15:1",
        "paging: it must be 'none', 'page', 'offset' or 'next'",
        "paging：应为 'none'、'page'、'offset' 或 'next'",
    ),
    "an unknown setting of sql": (SQL + 'tabel = "lnr"', "15:1", "no setting tabel", "没有设置项 tabel"),
    "an unknown setting of http": (HTTP + 'adress = "x"', "15:1", "no setting adress", "没有设置项 adress"),
    "a query that writes": (
        SQL.replace('table = "lnr"', 'query = "DROP TABLE lnr"'),
        "14:1",
        "query may only read",
        "query 只能读取",
    ),
    "a secret in a table": (
        HTTP + 'params = { size = "9", apikey = "x" }',
        "15:24",
        "apikey looks like a secret",
        "apikey 像是密钥",
    ),
}
MANY = ", ".join(f'a{number} = "x"' for number in range(30))
STRANGE = (
    "-1", "3", "99999999999999999999", "1.5", "nan", "true", '""', '"a"', f'"{"x" * 30_000}"', '"a\\nb"', '"http://["',
    "[]", "[3]", "{}", "{ a = 3 }", '{ "a b" = "x" }', f"{{ {MANY} }}",
    "2013-01-01", "[2013-01-01]",
)  # fmt: skip


def write(folder: Path, settings: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    text = PLUGIN.lstrip().replace('kind = "csv"\npath = "inbox/*.csv"', settings.rstrip())
    (folder / "plugin.toml").write_text(text, encoding="utf-8")
    return folder


def refusal(folder: Path) -> BadPlugin:
    with pytest.raises(BadPlugin) as caught:
        load_plugin(folder)
    return caught.value


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(("settings", "place", "en", "zh"), WRONG.values(), ids=WRONG)
def test_a_wrong_setting_is_told_with_its_place(
    tmp_path: Path, settings: str, place: str, en: str, zh: str, lang: str
) -> None:
    said = refusal(write(tmp_path / "decheng", settings)).say(lang)
    assert f"plugin.toml:{place}{'：' if lang == 'zh' else ': '}" in said
    assert (zh if lang == "zh" else en) in said


def test_all_that_is_wrong_is_told_in_the_order_in_which_it_is_written(tmp_path: Path) -> None:
    said = refusal(write(tmp_path / "decheng", HTTP + 'seconds = 60\npaging = "leaf"\nfirst_page = 2')).say("en")
    assert re.findall(r"(\d+):1:? senior: (\w+)", said) == [("15", "seconds"), ("16", "paging"), ("17", "first_page")]


def test_lint_says_it_in_the_language_that_is_asked_for(tmp_path: Path) -> None:
    folder = write(tmp_path / "decheng", SQL + "connect_seconds = 0")
    for lang, why in (
        ("en", ":15:1: senior: connect_seconds: it"),
        ("zh", ":15:1：senior：connect_seconds：不得"),
    ):
        done = spoken("plugin", "lint", folder, "--dir", tmp_path, lang=lang)
        assert (done.code, why in done.err) == (2, True), done.err


@pytest.mark.parametrize(("model", "sound"), [(SqlSettings, SQL), (HttpSettings, HTTP)], ids=["sql", "http"])
def test_no_setting_that_is_wrong_is_told_in_one_language_only(tmp_path: Path, model: type[Value], sound: str) -> None:
    written = [(name, value) for name in model.model_fields for value in STRANGE]
    refused = [
        said for name, value in written for said in refusals(write_one(tmp_path / "decheng", sound, name, value))
    ]
    assert [en for en, zh in refused if zh.replace("：", ": ") == en] == []
    assert len(refused) > len(written) / 3


def write_one(folder: Path, sound: str, name: str, value: str) -> Path:
    """One setting anew, the others as they are when all is well."""
    others = [line for line in sound.splitlines() if not line.startswith(f"{name} =")]
    return write(folder, "\n".join([*others, f"{name} = {value}"]))


def refusals(folder: Path) -> list[tuple[str, str]]:
    """Why a folder is refused, in English and Chinese; nothing when it is not."""
    try:
        load_plugin(folder)
    except BadPlugin as error:
        return [(str(error.fields["why_en"]), str(error.fields["why_zh"]))]
    return []


def test_a_secret_that_no_request_can_carry_is_told_without_it(tmp_path: Path) -> None:
    plugin = load_plugin(write(tmp_path / "decheng", HTTP))
    with open_worker(plugin, UNITS, secrets=lambda name: "two\nlines") as worker, pytest.raises(BadSource) as caught:
        list(worker.read(plugin.streams[0]))
    assert caught.value.say("en").startswith("senior: token: it does not have the right form. Correct the settings")
    assert caught.value.say("zh").startswith("senior：token：格式不正确。请更正设置")
    assert "lines" not in caught.value.say("en") + caught.value.say("zh")


def test_a_function_that_asks_for_pages_wrongly_is_told_so(tmp_path: Path) -> None:
    folder = write(tmp_path / "decheng", 'kind = "python"')
    asking = "yield from context.pages('https://insurer.example/', page_size=0)"
    code = f"from tiersync import source\n@source('senior')\ndef seniors(since, context):\n    {asking}\n"
    (folder / "source.py").write_text(code, encoding="utf-8")
    plugin = load_plugin(folder)
    with open_worker(plugin, UNITS) as worker, pytest.raises(BadSource) as caught:
        list(worker.read(plugin.streams[0]))
    assert "source.py: page_size: it must be at least 1" in caught.value.say("en")
    assert "source.py：page_size：不得小于 1" in caught.value.say("zh")


@pytest.mark.parametrize(
    "source",
    [{"dsn": "sqlite:///civil.db", "table": "lnr", "connect_seconds": 0}, {"url": "https://a.example/", "seconds": 0}],
    ids=["sql", "http"],
)
def test_a_source_that_is_looked_at_for_a_first_draft_is_told_so(tmp_path: Path, source: dict[str, str | int]) -> None:
    found_city(tmp_path / "city")
    with pytest.raises(BadSource) as caught:
        asked_for(tmp_path / "city", source)
    assert "seconds: it must be at least 1. Correct the settings" in caught.value.say("en")
    assert "seconds：不得小于 1。请更正设置" in caught.value.say("zh")
