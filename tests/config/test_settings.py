"""tiersync.toml: what is written is read again, and what is not usable is named."""

import tomllib
from pathlib import Path
from typing import get_args

import pytest

from tiersync.config.settings import FILE, NodeSettings, ParentSettings, RecordName, Settings, read_settings
from tiersync.config.written import spell_settings, write_settings
from tiersync.errors import BadSetting, NoNode
from tiersync.model.records.record import RECORDS

HOME = "371402000000"
SETTINGS = Settings(
    node=NodeSettings(unit=HOME, nil=("benefit", "facility"), lang="zh"),
    parent=ParentSettings(url="http://10.1.2.3:8471", insecure=True),
)


def written(folder: Path, text: str) -> Path:
    (folder / FILE).write_text(f'[node]\nunit = "{HOME}"\n{text}', encoding="utf-8")
    return folder


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    write_settings(tmp_path, SETTINGS)
    assert read_settings(tmp_path) == SETTINGS


def test_the_unit_is_the_only_setting_that_must_be_given(tmp_path: Path) -> None:
    settings = read_settings(written(tmp_path, ""))
    assert settings == Settings(node=NodeSettings(unit=HOME))
    assert (settings.serve.host, settings.serve.port) == ("127.0.0.1", 8471)
    assert settings.serve.address == "http://127.0.0.1:8471"


def test_every_setting_is_written_with_its_value_and_what_it_is_in_both_languages() -> None:
    text = spell_settings(SETTINGS)
    assert tomllib.loads(text) == SETTINGS.model_dump(mode="json", exclude={"schedule"})
    for name in Settings.model_fields.keys() - {"schedule"}:
        for setting, field in type(getattr(SETTINGS, name)).model_fields.items():
            zh = field.json_schema_extra["zh"]
            assert f"# {zh}\n# {field.description}\n{setting} = " in text


SCHEDULES = """
[[schedule]]
what = "push"
when = "30 2 * * 1-5"
streams = ["decheng/senior"]
[[schedule]]
what = "reconcile"
name = "quarterly"
after = { period = "Q", days = 5 }
[[schedule]]
what = "pull"
every = "10m"
"""


def test_schedules_that_were_written_are_written_again(tmp_path: Path) -> None:
    settings = read_settings(written(tmp_path, SCHEDULES))
    assert [one.what for one in settings.schedule] == ["push", "reconcile", "pull"]
    write_settings(tmp_path, settings)
    assert read_settings(tmp_path) == settings


def test_the_record_types_of_nil_are_those_of_the_network() -> None:
    assert set(get_args(RecordName)) == RECORDS.keys()


@pytest.mark.parametrize(
    ("text", "setting", "why"),
    [
        ('[serve]\nlistn = "x"', "serve.listn", "there is no such name here"),
        ("[sreve]", "sreve", "there is no such name here"),
        ('[serve]\nlisten = "8471"', "serve.listen", "it does not have the right form"),
        ('[serve]\nlisten = "localhost:99999"', "serve.listen", "a port is at most 65535"),
        ("[run]\nwait_seconds = 61", "run.wait_seconds", "it must be at most 60"),
        ('[[schedule]]\nwhat = "push"\nevery = "soon"', "schedule.1.every", "write a span of time such as 30s, 15m"),
        ('[[schedule]]\nwhat = "push"\nevery = "0s"', "schedule.1.every", "write a span of time such as 30s, 15m"),
        ('[[schedule]]\nwhat = "push"', "schedule.1", "a schedule has one of when, every and after"),
        ('[[schedule]]\nwhat = "tidy"\nevery = "1d"\nstreams = ["a/b"]', "schedule.1", "streams are for read and push"),
        ("[run]\ninterval_seconds = 0", "run.interval_seconds", "it must be at least 1"),
        ('[run]\ninterval_seconds = "often"', "run.interval_seconds", "it must be a whole number"),
        ('[parent]\nurl = "10.1.2.3"', "parent.url", "it does not have the right form"),
        ('[parent]\ninsecure = "perhaps"', "parent.insecure", "it must be true or false"),
        ('nil = ["benefits"]', "node.nil.1", "it must be 'senior'"),
        ('nil = "benefit"', "node.nil", "it must be a list"),
        ('lang = "fr"', "node.lang", "it must be 'auto', 'zh' or 'en'"),
        ('time_zone = "Asia/Dezhou"', "node.time_zone", "there is no such time zone"),
        ('[store]\nurl = "mysql://city"', "store.url", "it is neither empty, nor postgresql://…, nor secret:NAME"),
        ('[store]\nurl = "secret:Two Words"', "store.url", "it is neither empty"),
        (
            '[store]\nurl = "postgresql://a:geheim@b/c"',
            "store.url",
            "it holds a password; keep the address as a secret",
        ),
        ('[store]\nurl = "postgresql://a@b/c?password=geheim"', "store.url", "it holds a password"),
        ('[store]\nurl = "postgresql://a@corp:geheim@b/c"', "store.url", "it holds a password"),
        ("nil = [", "-", "not TOML"),
    ],
)
def test_what_is_not_usable_is_named(tmp_path: Path, text: str, setting: str, why: str) -> None:
    with pytest.raises(BadSetting) as caught:
        read_settings(written(tmp_path, text))
    assert caught.value.fields["setting"] == setting
    assert why in str(caught.value)
    assert "geheim" not in str(caught.value)
    assert str(tmp_path / FILE) in caught.value.say("zh")


@pytest.mark.parametrize(
    ("url", "secret"),
    [("", ""), ("secret:city.database", "city.database"), ("postgresql://tiersync@db.example:5432/city", "")],
)
def test_a_database_is_named_by_an_address_or_by_the_secret_that_holds_it(
    tmp_path: Path, url: str, secret: str
) -> None:
    assert read_settings(written(tmp_path, f'[store]\nurl = "{url}"')).store.secret == secret


def test_settings_without_a_unit_are_refused(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("[node]\n", encoding="utf-8")
    with pytest.raises(BadSetting, match=r"node\.unit is not usable: it is missing"):
        read_settings(tmp_path)


def test_a_folder_without_settings_holds_no_node(tmp_path: Path) -> None:
    with pytest.raises(NoNode):
        read_settings(tmp_path)


def test_settings_written_by_a_windows_editor_are_read(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(spell_settings(SETTINGS), encoding="utf-8-sig", newline="\r\n")
    assert read_settings(tmp_path) == SETTINGS
