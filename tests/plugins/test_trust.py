"""A plugin is pinned as it was enabled: what makes it what it is, and nothing of what it reads."""

from pathlib import Path

import pytest

from tests.plugins.folders import as_csv, senior, write_plugin
from tiersync.errors import BadPlugin
from tiersync.plugins.folder.trust import KEPT, PluginStanding, changes, disable, enable, standing, trusted_plugins


def test_a_plugin_that_nobody_enabled_is_not_trusted(tmp_path: Path) -> None:
    plugin = write_plugin(tmp_path / "decheng")
    assert standing(plugin) is PluginStanding.DISABLED
    assert trusted_plugins(tmp_path) == ((), (plugin,), ())


@pytest.mark.parametrize("file", ["plugin.toml", "mapping.lock", "source.py", "fixtures/senior.csv", "new.txt"])
def test_whatever_changes_in_the_folder_is_seen(tmp_path: Path, file: str) -> None:
    plugin = write_plugin(tmp_path / "decheng")
    for name in ("mapping.lock", "source.py", "fixtures/senior.csv"):
        (plugin.folder / name).parent.mkdir(exist_ok=True)
        (plugin.folder / name).write_text("before\n", encoding="utf-8")
    enable(plugin)
    assert standing(plugin) is PluginStanding.ENABLED
    with (plugin.folder / file).open("a", encoding="utf-8") as out:
        out.write("# changed\n")
    assert standing(plugin) is PluginStanding.CHANGED
    assert [(change.file, change.lines[-1]) for change in changes(plugin)] == [(file, "+# changed")]
    assert [type(error).__name__ for error in trusted_plugins(tmp_path).broken] == ["PluginChanged"]
    enable(plugin)
    assert (standing(plugin), changes(plugin)) == (PluginStanding.ENABLED, [])


@pytest.mark.parametrize("file", ["people.csv", "inbox/people.csv"])
def test_what_a_stream_reads_may_change_and_is_never_copied(tmp_path: Path, file: str) -> None:
    plugin = write_plugin(tmp_path / "decheng")
    (plugin.folder / "inbox").mkdir()
    (plugin.folder / file).write_text(as_csv(senior(1)), encoding="utf-8")
    enable(plugin)
    (plugin.folder / file).write_text(as_csv(senior(1), senior(2)), encoding="utf-8")
    assert standing(plugin) is PluginStanding.ENABLED
    kept = [path.name for path in (tmp_path / KEPT).rglob("*") if path.is_file()]
    assert sorted(kept) == ["pin.json", "plugin.toml"]


def test_a_link_in_the_folder_is_refused(tmp_path: Path) -> None:
    plugin = write_plugin(tmp_path / "decheng")
    (tmp_path / "elsewhere.txt").write_text("x", encoding="utf-8")
    (plugin.folder / "fixtures").symlink_to(tmp_path)
    with pytest.raises(BadPlugin, match="is a link"):
        enable(plugin)


def test_a_pin_that_cannot_be_read_pins_nothing(tmp_path: Path) -> None:
    plugin = write_plugin(tmp_path / "decheng")
    enable(plugin)
    (tmp_path / KEPT / "decheng" / "pin.json").write_text("rubbish", encoding="utf-8")
    assert standing(plugin) is PluginStanding.CHANGED


def test_a_disabled_plugin_can_be_enabled_again(tmp_path: Path) -> None:
    plugin = write_plugin(tmp_path / "decheng")
    enable(plugin)
    assert (disable(plugin), disable(plugin), standing(plugin)) == (True, False, PluginStanding.DISABLED)
    enable(plugin)
    assert standing(plugin) is PluginStanding.ENABLED
