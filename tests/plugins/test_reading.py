"""Rows come out of a real worker process, and whatever becomes of it harms this run only, within its limits."""

import signal
import subprocess
import sys
from pathlib import Path
from time import sleep
from typing import Literal

import polars as pl
import psutil
import pytest

from tests.plugins.folders import CSV, MAP, STREAM, UNITS, as_csv, identity, one_frame, senior, write_plugin
from tiersync.errors import BadPlugin, BadSource, WorkerFailed
from tiersync.plugins.folder.manifest import Plugin
from tiersync.plugins.worker.reading import WorkerFault, WorkerLimits, open_worker

pytestmark = pytest.mark.anew
USUAL = WorkerLimits()


def odd(folder: Path, kind: str) -> Plugin:
    return write_plugin(folder, f'kind = "{kind}"')


def read_all(plugin: Plugin, bounds: WorkerLimits = USUAL) -> pl.DataFrame:
    with open_worker(plugin, UNITS, bounds) as worker:
        return one_frame(batch.rows for batch in worker.read(plugin.streams[0]))


def why_not(plugin: Plugin, bounds: WorkerLimits = USUAL) -> WorkerFailed:
    """How reading fails, by which time no process of it is left."""
    before = set(psutil.Process().children(recursive=True))
    with pytest.raises(WorkerFailed) as error:
        read_all(plugin, bounds)
    assert set(psutil.Process().children(recursive=True)) <= before
    assert "插件 decheng 未完成即结束" in error.value.say("zh")
    assert "379901193102030018" not in error.value.say("en") + error.value.say("zh")
    return error.value


def test_rows_come_with_their_fields_and_places(tmp_path: Path) -> None:
    plugin = write_plugin(tmp_path)
    (tmp_path / "a.csv").write_text(as_csv(senior(1), senior(2)), encoding="utf-8")
    rows = read_all(plugin)
    assert rows.columns == [*plugin.streams[0].map, "place_file", "place_sheet", "place_row"]
    assert rows.dtypes == [pl.String] * 7 + [pl.UInt32]
    assert rows.row(1) == ("测2", identity(2), "2", "1931-02-03", "371402001004", "a.csv", "", 3)


def test_raw_rows_are_those_of_the_current_batch_in_the_source_s_own_headers(tmp_path: Path) -> None:
    plugin = write_plugin(tmp_path)
    (tmp_path / "a.csv").write_text(as_csv((), senior(1), (" 测2", *senior(2)[1:])), encoding="utf-8")
    (tmp_path / "b.csv").write_bytes(as_csv(senior(3)).replace("姓名", "*姓　名").encode("gb18030"))
    with open_worker(plugin, UNITS) as worker:
        batches = worker.read(plugin.streams[0])
        first = next(batches)
        assert first.raw([1, 0])["姓名"].to_list() == [" 测2", "测1"]
        assert first.raw([0]).columns[:5] == ["姓名", "身份证号", "性别", "出生日期", "社区"]
        assert first.raw([]).height == 0
        assert next(batches).raw([0])["*姓　名"].to_list() == ["测3"]
        assert list(batches) == []
    assert (worker.ended.rows, worker.ended.blank, worker.ended.files) == (3, 1, {"a.csv": 2, "b.csv": 1})


@pytest.mark.parametrize(("lines", "rows"), [("told", [1, 2, 3]), ("asked", [2])])
def test_a_node_that_is_told_of_the_lines_gets_all_of_them_and_one_that_is_asked_those_it_wants(
    tmp_path: Path, lines: Literal["told", "asked"], rows: list[int]
) -> None:
    plugin = write_plugin(tmp_path)
    for name, numbers in (("a.csv", (1, 2)), ("b.csv", (3,))):
        (tmp_path / name).write_text(as_csv(*map(senior, numbers)), encoding="utf-8")
    heard = []

    def only_the_second(digests: pl.Series) -> pl.Series:
        heard.append(digests.to_list())
        return pl.Series([1] if len(heard) == 1 else [], dtype=pl.UInt32)

    with open_worker(plugin, UNITS) as worker:
        batches = [
            (batch.rows, batch.raw([0])["姓名"].to_list() if batch.rows.height else [])
            for batch in worker.read(plugin.streams[0], only_the_second, lines)
        ]
    assert [name for frame, _ in batches for name in frame["name"]] == [f"测{number}" for number in rows]
    assert batches[0][1] == [f"测{rows[0]}"]
    assert [len(digests) for digests in heard] == [2, 1]
    assert len({digest for digests in heard for digest in digests}) == 3


def test_one_worker_reads_all_streams_of_a_plugin_and_goes_on_after_a_bad_one(tmp_path: Path) -> None:
    streams = (STREAM.replace("{source}", CSV.replace("*", name)).replace("{map}", MAP) for name in ("a", "b", "c"))
    second, third = (
        text.replace("record", f'name = "{n}"\nrecord') for n, text in zip("bc", list(streams)[1:], strict=True)
    )
    plugin = write_plugin(tmp_path, CSV.replace("*", "a"), MAP + second + third)
    (tmp_path / "a.csv").write_text(as_csv(senior(1)), encoding="utf-8")
    (tmp_path / "b.csv").write_text("", encoding="utf-8")
    (tmp_path / "c.csv").write_text(as_csv(senior(3)), encoding="utf-8")
    with open_worker(plugin, UNITS) as worker:
        next(worker.read(plugin.stream("senior")))  # The rest of it is not wanted.
        with pytest.raises(BadSource, match=r"b\.csv: it is empty") as error:
            list(worker.read(plugin.stream("b")))
        assert error.value.say("zh") == "b.csv：文件是空的。请向报送人索取正确的文件后重试。"
        assert [batch.rows["name"].to_list() for batch in worker.read(plugin.stream("c"))] == [["测3"]]


@pytest.mark.usefixtures("_odd_package")
@pytest.mark.parametrize("read_whole", [True, False])
def test_no_file_is_blamed_for_what_another_stream_did(tmp_path: Path, read_whole: bool) -> None:
    second = STREAM.replace("{source}", 'kind = "exits"').replace("{map}", MAP).replace("record", 'name = "b"\nrecord')
    plugin = write_plugin(tmp_path, CSV, MAP + second)
    for name in ("1.csv", "2.csv"):
        (tmp_path / name).write_text(as_csv(senior(1)), encoding="utf-8")
    with open_worker(plugin, UNITS) as worker:
        rows = worker.read(plugin.stream("senior"))
        assert [batch.rows.height for batch in rows] == [1, 1] if read_whole else next(rows).rows.height == 1
        with pytest.raises(WorkerFailed, match="exit code 7"):
            list(worker.read(plugin.stream("b")))


def test_constants_stand_in_every_row(tmp_path: Path) -> None:
    plugin = write_plugin(tmp_path, mapping=MAP + 'life_status = { constant = "1" }')
    (tmp_path / "a.csv").write_text(as_csv(senior(1), senior(2)), encoding="utf-8")
    assert read_all(plugin)["life_status"].to_list() == ["1", "1"]


@pytest.mark.usefixtures("_odd_package")
def test_a_worker_sees_no_secret_of_the_node(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DECHENG_DSN", "postgres://geheim")
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    seen = read_all(odd(tmp_path, "environment"))["name"][0]
    assert "LANG=zh_CN.UTF-8" in seen
    assert "geheim" not in seen
    assert "HOME" not in seen


@pytest.mark.usefixtures("_odd_package")
@pytest.mark.parametrize(("kind", "bounds", "said", "fault"), [
    ("exits", USUAL, "exit code 7", WorkerFault.ENDED),
    ("crashes", USUAL, "SIGSEGV", WorkerFault.ENDED),
    ("hangs", WorkerLimits(silence=0.8), "silent for 0.8 seconds", WorkerFault.SILENT),
    ("hangs_later", WorkerLimits(silence=0.8), "silent for 0.8 seconds", WorkerFault.SILENT),
    ("hangs", WorkerLimits(overall=0.8), "not done after 0.8 seconds", WorkerFault.SILENT),
    ("raises", USUAL, "ValueError, odd_kinds.py:", WorkerFault.RAISED),
    ("floods", WorkerLimits(log=2**20), "it said more than a worker may", WorkerFault.FLOODED),
    ("bloats", WorkerLimits(frame=2**20), "it said more than a worker may", WorkerFault.FLOODED),
    ("closes", USUAL, "pipe closed", WorkerFault.ENDED),
    ("eats", WorkerLimits(memory=3 * 2**30), "MemoryError", WorkerFault.OUT_OF_MEMORY),
])  # fmt: skip
def test_a_worker_that_fails_is_named_with_the_reason(
    tmp_path: Path, kind: str, bounds: WorkerLimits, said: str, fault: WorkerFault
) -> None:
    failed = why_not(odd(tmp_path, kind), bounds)
    assert said in failed.say("en")
    assert failed.fields["fault"] is fault


def test_the_end_of_a_stream_tells_the_most_memory_that_its_worker_held_and_not_its_node(tmp_path: Path) -> None:
    held = b"x" * (400 * 2**20)
    plugin = write_plugin(tmp_path)
    (tmp_path / "a.csv").write_text(as_csv(senior(1)), encoding="utf-8")
    before = set(psutil.Process().children())
    with open_worker(plugin, UNITS) as worker:
        assert len(list(worker.read(plugin.streams[0]))) == 1
        (process,) = set(psutil.Process().children()) - before
        assert 30 * 2**20 < worker.ended.peak < len(held)
        assert process.memory_info().rss < worker.ended.peak + 2**20


@pytest.mark.usefixtures("_odd_package")
def test_what_a_plugin_prints_harms_nothing(tmp_path: Path) -> None:
    assert read_all(odd(tmp_path, "prints"))["name"].to_list() == ["测一"]


@pytest.mark.usefixtures("_odd_package")
def test_a_plugin_cannot_read_what_the_node_asks(tmp_path: Path) -> None:
    assert read_all(odd(tmp_path, "reads"))["name"].to_list() == ["[]"]


def is_gone_soon(pid: int) -> bool:
    """Whether a killed process goes: the signal is sent before it takes effect."""
    for _ in range(100):
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return True
        sleep(0.1)
    return False


@pytest.mark.usefixtures("_odd_package")
def test_a_process_that_a_plugin_left_behind_does_not_hold_up_the_node(tmp_path: Path) -> None:
    plugin = odd(tmp_path, "spawns")
    with pytest.raises(WorkerFailed, match="exit code 0"):
        read_all(plugin)
    left = int((tmp_path / "left behind").read_text())
    assert is_gone_soon(left)


@pytest.mark.usefixtures("_odd_package")
def test_a_setting_that_a_package_s_kind_knows_is_accepted_and_no_other(tmp_path: Path) -> None:
    assert write_plugin(tmp_path, 'kind = "prints"\nnote = "x"').streams[0].source.options == {"note": "x"}
    with pytest.raises(BadPlugin, match="prints knows no setting nota"):
        write_plugin(tmp_path, 'kind = "prints"\nnota = "x"')


@pytest.mark.usefixtures("_odd_package")
def test_a_package_s_kind_checks_its_settings_when_the_folder_is_loaded(tmp_path: Path) -> None:
    write_plugin(tmp_path, 'kind = "wants_a_note"\nnote = "x"')
    with pytest.raises(BadPlugin, match="senior: it needs a note") as error:
        write_plugin(tmp_path, 'kind = "wants_a_note"')
    assert "senior：需要 note" in error.value.say("zh")


@pytest.mark.usefixtures("_odd_package")
@pytest.mark.parametrize(("kind", "said"), [("fails_to_check", "ValueError"), ("is_not_there", "AttributeError")])
def test_a_check_that_fails_is_a_broken_plugin_and_tells_no_setting(tmp_path: Path, kind: str, said: str) -> None:
    with pytest.raises(BadPlugin, match=f"the source kind cannot check it \\({kind}: {said}\\)") as error:
        write_plugin(tmp_path, f'kind = "{kind}"\nnote = "geheim"')
    assert "geheim" not in error.value.say("en")


@pytest.mark.usefixtures("_odd_package")
def test_a_hanging_worker_dies_with_its_node(tmp_path: Path) -> None:
    odd(tmp_path, "hangs_later")
    node = subprocess.Popen([sys.executable, "-c", NODE, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert node.stdout is not None
    worker = psutil.Process(int(node.stdout.readline()))
    node.send_signal(signal.SIGKILL)
    node.wait()
    psutil.wait_procs([worker], timeout=10)
    assert not worker.is_running() or worker.status() == psutil.STATUS_ZOMBIE


NODE = """
import sys, psutil
from pathlib import Path
from tiersync.plugins.folder.manifest import load_plugin
from tiersync.plugins.worker.reading import open_worker
plugin = load_plugin(Path(sys.argv[1]))
with open_worker(plugin, {}) as worker:
    for batch in worker.read(plugin.streams[0]):
        print(psutil.Process().children()[0].pid, flush=True)
"""
