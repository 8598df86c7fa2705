"""Which files a source has, and when they count as changed."""

import os
from pathlib import Path

import pytest

from tests.plugins.folders import CSV, as_csv, senior, write_plugin
from tiersync.errors import BadSource
from tiersync.plugins.kinds.files import files_of, fingerprint


def names(folder: Path, path: str) -> list[str]:
    plugin = write_plugin(folder, CSV.replace("*.csv", path))
    return [found.name for found in files_of(plugin, plugin.streams[0])]


def write(file: Path, text: str = "x") -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def test_files_come_by_name_without_what_programs_left(tmp_path: Path) -> None:
    for name in ("b.csv", "a.csv", "~$a.csv", ".a.csv", "a.txt", "below/c.csv"):
        write(tmp_path / "inbox" / name)
    assert names(tmp_path, "inbox/*.csv") == ["inbox/a.csv", "inbox/b.csv"]
    assert names(tmp_path, "inbox/**/*.csv") == ["inbox/a.csv", "inbox/b.csv", "inbox/below/c.csv"]


def test_a_name_may_hold_what_elsewhere_is_a_wildcard(tmp_path: Path) -> None:
    write(tmp_path / "名册[2013].csv")
    assert names(tmp_path, "名册[2013].csv") == ["名册[2013].csv"]


def test_a_name_in_the_encoding_of_old_archives_is_read(tmp_path: Path) -> None:
    write(tmp_path / os.fsdecode("名册2月.csv".encode("gb18030")))
    assert names(tmp_path, "*.csv") == ["名册2月.csv"]
    write(tmp_path / "名册2月.csv")
    assert sorted(names(tmp_path, "*.csv")) == [r"\udcc3\udcfb\udcb2\udce12\udcd4\udcc2.csv", "名册2月.csv"]


def test_what_nobody_sees_of_a_name_is_spelled_out(tmp_path: Path) -> None:
    for name in ("a\nb.csv", "c\u202evsc.csv", "d\udcff.csv"):
        write(tmp_path / name)
    assert names(tmp_path, "*.csv") == [r"a\x0ab.csv".replace("x0a", "n"), r"c\u202evsc.csv", r"d\udcff.csv"]


def test_an_absolute_path_leads_anywhere_and_places_leave_it_out(tmp_path: Path) -> None:
    write(tmp_path / "share" / "新湖" / "a.csv")
    assert names(tmp_path / "plugin", (tmp_path / "share" / "*" / "*.csv").as_posix()) == ["新湖/a.csv"]
    assert names(tmp_path / "plugin", (tmp_path / "share" / "新湖" / "a.csv").as_posix()) == ["a.csv"]


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "secret.csv")
    (tmp_path / "plugin").mkdir()
    (tmp_path / "plugin" / "a.csv").symlink_to(tmp_path / "secret.csv")
    with pytest.raises(BadSource, match="a link that leads out of the plugin's folder"):
        names(tmp_path / "plugin", "*.csv")


def test_no_file_is_no_empty_source(tmp_path: Path) -> None:
    with pytest.raises(BadSource) as error:
        names(tmp_path, "inbox/*.csv")
    assert "decheng/senior: no file is called inbox/*.csv" in error.value.say("en")
    assert "没有名为 inbox/*.csv 的文件" in error.value.say("zh")


def test_a_fingerprint_tells_of_contents_and_names_not_of_dates(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    write(file, as_csv(senior(1)))
    plugin = write_plugin(tmp_path)
    before = fingerprint(plugin, plugin.streams[0])
    os.utime(file, (1, 1))
    assert fingerprint(plugin, plugin.streams[0]) == before
    renamed = file.rename(tmp_path / "b.csv")
    assert fingerprint(plugin, plugin.streams[0]) != before
    renamed.rename(file)
    write(file, as_csv(senior(2)))
    assert fingerprint(plugin, plugin.streams[0]) != before


def test_a_changed_mapping_changes_the_fingerprint(tmp_path: Path) -> None:
    write(tmp_path / "a.csv")
    before, after = write_plugin(tmp_path), write_plugin(tmp_path, CSV + '\nseparator = ","')
    assert fingerprint(before, before.streams[0]) != fingerprint(after, after.streams[0])
