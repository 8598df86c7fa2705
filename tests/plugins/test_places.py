"""Whoever has to mend a plugin.toml is told the line and the column, in their own language."""

from pathlib import Path

import pytest

from tests.cli.offices import DISTRICT, PLUGIN, here
from tests.plugins.folders import CSV, MAP
from tiersync.errors import BadPlugin
from tiersync.plugins.folder.manifest import load_plugin
from tiersync.plugins.folder.places import place_of

TEXT = PLUGIN.lstrip().replace("[stream.map]", "[stream.limits]\nrefused_share = 0.5\n[stream.map]")
HOME = 'residence_unit = { from = "社区", lookup = "units" }\n'
BORN = 'birth_date = { from = "出生日期", parse = "date" }\n'
WRONG = {  # what is changed: before, after, the place, words in English and Chinese
    "no TOML": ('version = "1.0.0"', 'version = "1.0.0', "4:17", "not TOML", "不符合 TOML"),
    "another API": ("api = 1", "api = 2", "5:1", "plugin API 2", "插件接口版本是 2"),
    "a unit that is none": (DISTRICT, "3714", "6:1", "right form", "格式不正确"),
    "a key that is not mapped": ('["id_number"]', '["phone"]', "10:1", "phone is not mapped", "phone 没有映射"),
    "a path that leads out": ("inbox/*.csv", "../x.csv", "13:1", "leads out", "指向插件目录之外"),
    "a kind that nobody reads": ('kind = "csv"', 'kind = "cvs"', "11:1", "no source kind cvs", "没有数据源类型 cvs"),
    "a share above one": ("0.5", "1.5", "15:1", "at most 1", "不得大于 1"),
    "a limit that is none": ("refused_share", "refused_part", "15:1", "no such name", "没有这个名称"),
    "a way to read that is none": ('parse = "date"', 'parse = "day"', "20:31", "must be 'date'", "应为 'date'"),
    "two ways to read": ('lookup = "units"', 'lookup = "units", parse = "date"', "21:1", "only one of", "只能用一个"),
    "a field that is none": ("birth_date =", "born =", "20:1", "no field born", "没有字段 born"),
    "a needed field left out": (HOME, "", "16:1", "header for residence_unit", "缺少必填字段的表头：residence_unit"),
}


def write(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "plugin.toml").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(("before", "after", "place", "en", "zh"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_told_with_its_place_in_both_languages(
    tmp_path: Path, before: str, after: str, place: str, en: str, zh: str
) -> None:
    assert load_plugin(write(tmp_path / "sound", TEXT)).id == "decheng"
    assert before in TEXT
    with pytest.raises(BadPlugin) as error:
        load_plugin(write(tmp_path / "wrong", TEXT.replace(before, after, 1)))
    assert f"plugin.toml:{place}: " in error.value.say("en")
    assert f"plugin.toml:{place}：" in error.value.say("zh")
    assert en in error.value.say("en")
    assert zh in error.value.say("zh")


def test_the_second_of_two_streams_is_found(tmp_path: Path) -> None:
    stream = (
        f'\n[[stream]]\nrecord = "senior"\nname = "b"\nkey = ["id_number"]\n[stream.source]\n{CSV}\n[stream.map]\n{MAP}'
    )
    text = TEXT + stream
    assert place_of(text, ("stream", 1, "name")).line == TEXT.count("\n") + 4
    assert place_of(text, ("stream", 0, "map", "sex", "values", "女")) == (19, 42)


def test_a_path_that_stands_nowhere_is_the_beginning() -> None:
    assert place_of(TEXT, ("nothing", "of", "this")) == (1, 1)
    assert place_of("", ("plugin",)) == (1, 1)


def test_lint_tells_file_line_and_column_of_a_code_that_is_none(tmp_path: Path) -> None:
    folder = write(tmp_path / "decheng", TEXT.replace('女 = "2"', '女 = "7"'))
    done = here("plugin", "lint", folder, "--dir", tmp_path)
    assert done.code == 1
    assert f"{folder / 'plugin.toml'}:19:47: senior.sex: SEX has no code 7" in done.out
