"""A plugin.toml is understood, or refused with the file, the entry and what to write instead."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.plugins.folders import CSV, HEAD, MAP, STREAM, write_plugin
from tiersync.errors import BadPlugin
from tiersync.plugins.folder.manifest import load_plugin, load_plugins


def refused(folder: Path, toml: str) -> str:
    (folder / "plugin.toml").write_text(toml, encoding="utf-8")
    with pytest.raises(BadPlugin) as error:
        load_plugin(folder)
    assert str(folder / "plugin.toml") in error.value.say("en")
    assert "请更正插件" in error.value.say("zh")
    return error.value.say("en")


def one_stream(source: str = CSV, mapping: str = MAP) -> str:
    return STREAM.replace("{source}", source).replace("{map}", mapping)


def test_a_folder_says_who_it_is_and_what_it_brings(tmp_path: Path) -> None:
    plugin = write_plugin(tmp_path)
    stream = plugin.streams[0]
    assert (plugin.id, plugin.unit, plugin.folder) == ("decheng", "371402000000", tmp_path)
    assert (stream.name, stream.record, stream.key) == ("senior", "senior", ("id_number",))
    assert (stream.limits.refused_rows, stream.limits.refused_share, stream.limits.deleted_share) == (200, 0.01, 0.2)
    assert stream.cursor.kind == "snapshot"


def test_a_field_is_written_short_or_long(tmp_path: Path) -> None:
    mapping = MAP + 'phone = { from = ["电话", "手机"], clean = ["nfkc", "digits"] }\nlife_status = { constant = "1" }'
    fields = write_plugin(tmp_path, mapping=mapping).streams[0].map
    assert fields["name"].headers == ("姓名",)
    assert (fields["phone"].headers, fields["phone"].clean) == (("电话", "手机"), ("nfkc", "digits"))
    assert fields["sex"].values == {"男": "1", "女": "2"}
    assert (fields["life_status"].headers, fields["life_status"].constant) == ((), "1")


def test_chinese_words_need_no_quotes_and_may_have_them(tmp_path: Path) -> None:
    values = """sex = { from = '性别', values = { "男" = "1", 女性 = "2", '男 = 女' = "9" } } # 男 = 1"""
    mapping = MAP.replace('sex = { from = "性别", values = { 男 = "1", 女 = "2" } }', values)
    assert write_plugin(tmp_path, mapping=mapping).streams[0].map["sex"].values == {
        "男": "1",
        "女性": "2",
        "男 = 女": "9",
    }


WRONG = {
    "a newer plugin API": (HEAD.replace("api = 1", "api = 2") + one_stream(), "plugin API 2, and this is 1"),
    "no plugin API": (HEAD.replace("api = 1", "") + one_stream(), "plugin API None"),
    "no TOML": ("[plugin", "not TOML"),
    "a table of its own": (HEAD + one_stream() + "[extra]\n", "nothing beside"),
    "no stream": (HEAD, "stream: "),
    "a wrong unit": (HEAD.replace("371402000000", "3714") + one_stream(), "unit: "),
    "a misspelled setting": (HEAD.replace("version", "versoin") + one_stream(), "versoin: "),
    "an unknown record": (
        HEAD + one_stream().replace('"senior"', '"elder"'),
        "stream.1.record: there is no record type elder",
    ),
    "an unknown field": (
        HEAD + one_stream(mapping=MAP + 'age = "年龄"'),
        "senior has no field age; there are: id_kind",
    ),
    "a needed field left out": (
        HEAD + one_stream(mapping='id_number = "身份证号"'),
        "needs a header for residence_unit",
    ),
    "a key that is not mapped": (
        HEAD + one_stream().replace('["id_number"]', '["phone"]'),
        "the key phone is not mapped",
    ),
    "versions of a list that a cursor adds to": (
        HEAD + one_stream('kind = "csv"\npath = "x"\nfiles = "newest"\n[stream.cursor]\nkind = "file"'),
        "stream.1.source.files: files of figures have no versions, and no files that a cursor adds have",
    ),
    "a kind that nobody reads": (
        HEAD + one_stream('kind = "exel"\npath = "x"'),
        "no source kind exel; there are: csv, excel",
    ),
    "a setting that the kind lacks": (HEAD + one_stream(CSV + '\npth = "x"'), "csv knows no setting pth"),
    "no path": (HEAD + one_stream('kind = "csv"'), "csv needs the path of its files"),
    "a path out of the folder": (
        HEAD + one_stream(CSV.replace("*.csv", "../*.csv")),
        "'..' leads out of the plugin's folder",
    ),
    "a path out by backslashes": (HEAD + one_stream(CSV.replace('"*.csv"', "'a\\..\\..\\x.csv'")), "'..' leads out"),
    "a kind of cursor that is none": (HEAD + one_stream() + '[stream.cursor]\nkind = "page"', "stream.1.cursor.kind"),
    "a header and a constant": (
        HEAD + one_stream(mapping=MAP + 'phone = { from = "电话", constant = "" }'),
        "either a header",
    ),
    "two ways to read a field": (
        HEAD + one_stream(mapping=MAP + 'phone = { from = "电话", parse = "date", lookup = "units" }'),
        "only one of parse",
    ),
    "two streams of one name": (HEAD + one_stream() * 2, "two streams are called senior; give each a name"),
    "a name too long for a finding": (
        HEAD + one_stream().replace("[[stream]]", f'[[stream]]\nname = "{"s" * 61}"'),
        "stream.1.name: it has more than 60 characters",
    ),
    "a share above all": (HEAD + one_stream() + "[stream.limits]\nrefused_share = 2", "stream.1.limits.refused_share"),
}


@pytest.mark.parametrize(("toml", "said"), WRONG.values(), ids=WRONG)
def test_refused_is(tmp_path: Path, toml: str, said: str) -> None:
    assert said in refused(tmp_path, toml)


def test_the_plugins_of_a_folder_come_in_order_and_nothing_else_does(tmp_path: Path) -> None:
    for place, name in (("b", "second"), ("a", "third"), ("c", "first"), (".hidden", "never")):
        write_plugin(tmp_path / place)
        file = tmp_path / place / "plugin.toml"
        file.write_text(file.read_text("utf-8").replace('"decheng"', f'"{name}"'), "utf-8")
    (tmp_path / "no plugin").mkdir()
    assert [plugin.id for plugin in load_plugins(tmp_path)] == ["first", "second", "third"]
    assert load_plugins(tmp_path / "nowhere") == []


def test_two_folders_cannot_have_one_id(tmp_path: Path) -> None:
    write_plugin(tmp_path / "a")
    write_plugin(tmp_path / "b")
    with pytest.raises(BadPlugin, match="its id decheng is also that of"):
        load_plugins(tmp_path)


def test_plugins_are_loaded_without_frames() -> None:
    code = "import sys, tiersync.plugins.folder.manifest, tiersync.plugins.kinds.files; print('polars' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "False\n"
