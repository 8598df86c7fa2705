"""The command `drill`: the demo city under kills, bad lines, a restore and damage, and what of it was lost."""

import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tiersync.cli.terminal.options import as_json, examples
from tiersync.cli.terminal.output import complain, end_progress, print_json, print_pairs, print_section, progress
from tiersync.cli.terminal.words import heads, say, text
from tiersync.errors import FolderNotEmpty
from tiersync.model.text import Text

if TYPE_CHECKING:
    from tiersync.drill.drill import Drilled
    from tiersync.drill.network import Befell

LOST = 1  # the exit code when anything differs
SEED = 1
MOST_LINES = 12  # of a list of differences
BEFELL: dict[str, Text] = {
    "kill": Text("运行中被强行终止", "killed in the middle of its work"),
    "restore": Text("恢复到旧副本", "put back to an older copy"),
    "absence": Text("无法连接", "out of reach"),
    "full disk": Text("磁盘已满", "its disk is full"),
    "clock": Text("时钟有误", "its clock is wrong"),
    "byte changed": Text("已签名报告被改动一个字节", "one byte of a sealed report changed"),
    "row gone": Text("报告索引被删除一行", "a report deleted from its index"),
    "report gone": Text("已签名报告被删除", "a sealed report deleted"),
    "refused above": Text("报告被上级拒收", "a report refused by the unit above"),
    "question lost": Text("上行报文丢失", "messages lost on the way up"),
    "answer lost": Text("应答丢失", "answers lost"),
    "doubled": Text("报文重复到达", "messages that came twice"),
    "late": Text("报文迟到、乱序", "messages late and out of order"),
    "answer cut": Text("应答中断", "answers cut off"),
    "answer garbage": Text("应答有一位出错", "answers with a bit changed"),
    "question cut": Text("上行报文中断", "messages cut off on the way up"),
}


@click.command(
    help=say(
        "在临时目录中演练演示城市 15 个单位的半年工作：节点在任意一次提交时被终止，线路丢失、重复、截断报文，"
        "节点恢复到旧副本，已签名的数据被改动；最后把每个数据库与无故障时逐一比较。有任何丢失时退出码为 1。",
        "Play half a year at the 15 offices of the demo city, in a temporary folder: machines are killed at any "
        "commit, lines lose, double and cut messages, a node goes on from an older copy, sealed bytes are changed. "
        "Then every store is compared with that of a run without faults. The exit code is 1 if anything was lost.",
    ),
    epilog=examples("tiersync drill", "tiersync drill --seed 7", "tiersync drill --dir kept --json"),
)
@click.option(
    "--seed", type=click.IntRange(min=0), default=SEED, show_default=True,
    help=say("换一个数就换一批故障；同一个数故障相同", "Another number brings other faults; the same one the same"),
)  # fmt: skip
@click.option(
    "--dir",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help=say("把各数据库保留在这个新目录中", "Keep the databases in this new folder"),
)
@as_json
def drill(seed: int, folder: Path | None, as_json: bool) -> int:
    from tiersync.drill.drill import SHORT
    from tiersync.drill.drill import drill as play

    began = time.monotonic()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # Whoever ends it otherwise gets a clean end, too.
    with _room(folder) as root:
        done = play(seed, root, SHORT, progress())
    end_progress()
    seconds = round(time.monotonic() - began, 1)
    if as_json:
        print_json(_as_json(done, seconds))
    else:
        _show(done, seconds, folder)
    return 0 if done.is_well else LOST


@contextmanager
def _room(folder: Path | None) -> Iterator[Path]:
    """An empty folder to play in; a temporary one is removed, however the drill ends."""
    if folder is not None:
        if folder.exists() and any(folder.iterdir()):
            raise FolderNotEmpty(dir=folder.resolve())
        folder.mkdir(parents=True, exist_ok=True)
        yield folder
        return
    root = Path(tempfile.mkdtemp(prefix="tiersync-drill-"))
    try:
        yield root
    finally:
        shutil.rmtree(root, ignore_errors=True)


def _as_json(done: "Drilled", seconds: float) -> dict[str, Any]:
    return {
        "seed": done.seed, "nodes": done.nodes, "faults": dict(sorted(done.met.items())), "exchanges": done.exchanges,
        "compared": done.compared, "findings": {"opened": done.opened, "closed": done.closed},
        "lost": done.differs.lost, "doubled": done.differs.doubled, "unexplained": done.differs.unexplained,
        "broken": _last_line(done.broken), "seconds": seconds,
    }  # fmt: skip


def _last_line(text: str) -> str:
    return text.strip().splitlines()[-1] if text else ""


def _show(done: "Drilled", seconds: float, folder: Path | None) -> None:
    """What befell whom, how often lines failed, and what came of it."""
    names = done.names
    print_section(
        say("各单位遇到的故障", "What befell the offices"),
        heads("日期,单位,故障", "day,unit,what"),
        ((f"{one.at:%Y-%m-%d}", f"{names[one.unit]} {one.unit}", _words(one)) for one in done.befell),
    )
    of_lines = {what: times for what, times in done.met.items() if what not in {one.what for one in done.befell}}
    print_section(
        say("线路故障", "What befell the lines"),
        heads("故障,次数", "what,times"),
        ((text(BEFELL[what]), times) for what, times in sorted(of_lines.items())),
    )
    click.echo()
    print_pairs(_outcome(done, seconds))
    for pair, lines in zip(KINDS_OF_DIFFERENCE, done.differs, strict=True):
        print_section(text(pair), heads("内容", "what"), ((line,) for line in lines[:MOST_LINES]))
    if done.broken:
        complain(say(
            f"tiersync 自身出现故障：{_last_line(done.broken)}。请将演练编号告知维护人员。",
            f"A fault in tiersync itself: {_last_line(done.broken)}. Tell whoever looks after tiersync the seed.",
        ))  # fmt: skip
    if folder is not None:
        click.echo(say(f"各数据库在 {folder.resolve()} 中。", f"The databases are in {folder.resolve()}."))


KINDS_OF_DIFFERENCE = (Text("丢失", "Lost"), Text("重复", "Doubled"), Text("未解释", "Unexplained"))


def _words(one: "Befell") -> str:
    return text(BEFELL[one.what])


def _outcome(done: "Drilled", seconds: float) -> Iterator[tuple[str, object]]:
    """The evidence, then the three numbers that count."""
    compared, opened, closed = f"{done.compared:,}", done.opened, done.closed
    yield say("演练编号", "seed"), done.seed
    yield say("单位", "offices"), done.nodes
    yield say("通信次数", "exchanges"), f"{done.exchanges:,}"
    yield (
        say("比较", "compared"),
        say(
            f"全部节点的报告、通知和回执 {compared} 份，逐一与无故障时比较",
            f"{compared} reports, notices and receipts of all nodes with a run without faults",
        ),
    )
    yield (
        say("损坏问题", "findings of damage"),
        say(f"发现 {opened} 项，自动消除 {closed} 项", f"{opened} opened, {closed} closed again by themselves"),
    )
    for kind, lines in zip(KINDS_OF_DIFFERENCE, done.differs, strict=True):
        yield say(kind.zh, kind.en.lower()), len(lines)
    yield say("用时（秒）", "seconds"), seconds
