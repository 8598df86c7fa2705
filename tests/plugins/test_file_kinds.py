"""What a file is, is found out by its contents, when a plugin is made as when it runs; nothing in it does harm."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.plugins.folders import UNITS, one_frame, write_plugin
from tests.plugins.odd_files import LAST_ROW, PEOPLE, READ, REFUSED, book, old_book
from tiersync.errors import BadSource
from tiersync.plugins.drafting.samples.sample_apart import read_sample_apart
from tiersync.plugins.folder.bounds import USUAL
from tiersync.plugins.folder.manifest import Plugin
from tiersync.plugins.worker.reading import open_worker

SOURCE = 'kind = "{}"\npath = "inbox/*"'


def plugin_with(folder: Path, name: str, content: bytes, kind: str = "excel") -> Plugin:
    plugin = write_plugin(folder, SOURCE.format(kind))
    (folder / "inbox").mkdir()
    (folder / "inbox" / name).write_bytes(content)
    return plugin


def run(plugin: Plugin) -> list[tuple[str, ...]]:
    with open_worker(plugin, UNITS) as worker:
        rows = one_frame(batch.rows for batch in worker.read(plugin.streams[0]))
    assert worker.ended.rows == rows.height
    return rows.select("name", "id_number", "birth_date", "residence_unit").rows()


@pytest.mark.parametrize(("name", "made"), READ.values(), ids=READ)
def test_a_run_reads_and_a_sample_shows_the_same_of(tmp_path: Path, name: str, made: Callable[[], bytes]) -> None:
    read = [(name, number, day, "371402001004") for name, number, _, day, _ in PEOPLE]
    assert run(plugin_with(tmp_path, name, made())) == read
    sample = read_sample_apart(tmp_path / "inbox" / name, USUAL)
    shown = [tuple(row) for table in sample.tables for row in table.rows if row[:2] in [[*p[:2]] for p in PEOPLE]]
    assert [row[:4] for row in shown] == [person[:4] for person in PEOPLE]
    assert sample.kind in ("csv", "excel")


@pytest.mark.parametrize(("name", "made", "en", "zh"), REFUSED.values(), ids=REFUSED)
def test_one_sentence_names_the_file_and_says_whose_turn_it_is(
    tmp_path: Path, name: str, made: Callable[[], bytes], en: str, zh: str
) -> None:
    plugin = plugin_with(tmp_path, name, made())
    with pytest.raises(BadSource) as of_run:
        run(plugin)
    with pytest.raises(BadSource) as of_sample:
        read_sample_apart(tmp_path / "inbox" / name, USUAL)
    for error in (of_run.value, of_sample.value):
        assert name in error.say("zh")
        assert en in error.say("en")
        assert zh in error.say("zh")
        assert re.search(r"。请.*后重试。$", error.say("zh"))
    assert of_run.value.say("zh") == f"inbox/{of_sample.value.say('zh')}"


@pytest.mark.parametrize("kind", ["csv", "excel"])
def test_one_inbox_may_hold_files_of_several_kinds(tmp_path: Path, kind: str) -> None:
    plugin = plugin_with(tmp_path, "1.csv", b"", kind)
    for number, way in enumerate(["UTF-16 text", "a page called .xls", "a binary workbook called .et"], start=1):
        (tmp_path / "inbox" / f"{number}.csv").write_bytes(READ[way][1]())
    assert [row[0] for row in run(plugin)] == [person[0] for person in PEOPLE] * 3


@pytest.mark.anew  # One that is forked has memory of the process that it came from.
def test_a_file_that_needs_more_memory_than_there_may_be_is_named(tmp_path: Path) -> None:
    plugin = plugin_with(tmp_path, "a.xlsx", book((LAST_ROW, 3, "x")))  # A million rows, and all but one are blank.
    with pytest.raises(BadSource) as of_sample:
        read_sample_apart(tmp_path / "inbox" / "a.xlsx", USUAL._replace(memory=2**20))
    with pytest.raises(BadSource) as of_run, open_worker(plugin, UNITS, USUAL._replace(memory=900 * 2**20)) as worker:
        list(worker.read(plugin.streams[0]))
    for error in (of_sample, of_run):
        assert "a.xlsx：无法读取：文件已损坏，或过大而超出内存限额" in error.value.say("zh")


@pytest.mark.anew  # One that is forked might have read it by then.
def test_a_file_that_is_not_read_in_time_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(old_book())
    with pytest.raises(BadSource) as error:
        read_sample_apart(path, USUAL._replace(silence=0.01))
    assert "a.xls：0.01 秒内没有读完。请用 Excel 或 WPS 打开" in error.value.say("zh")


@pytest.mark.parametrize(
    ("name", "shown"), [("名册.csv".encode("gb18030"), "名册.csv"), (b"\xff\n.csv", r"\udcff\n.csv")]
)
def test_a_file_is_read_and_named_whatever_its_name_is_encoded_in(tmp_path: Path, name: bytes, shown: str) -> None:
    plugin = plugin_with(tmp_path, os.fsdecode(name), READ["CSV called .xlsx"][1]())
    path = tmp_path / "inbox" / os.fsdecode(name)
    assert [row[0] for row in run(plugin)] == [person[0] for person in PEOPLE]
    assert read_sample_apart(path, USUAL).kind == "csv"
    path.write_bytes(b"%PDF-1.7")
    with pytest.raises(BadSource) as of_sample:
        read_sample_apart(path, USUAL)
    with pytest.raises(BadSource) as of_run:
        run(plugin)
    assert of_sample.value.say("zh").startswith(f"{shown}：")
    assert of_run.value.say("zh").startswith(f"inbox/{shown}：")
