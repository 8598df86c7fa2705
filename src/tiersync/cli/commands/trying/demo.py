"""The command `demo`: four tiers on this machine play the whole sentence, up and down, and it ends by itself."""

import shutil
import signal
import tempfile
import time
from pathlib import Path
from typing import Any

import click

from tiersync.cli.terminal.options import as_json, examples
from tiersync.cli.terminal.output import print_json
from tiersync.cli.terminal.words import LANG, say
from tiersync.errors import FolderNotEmpty
from tiersync.model.text import Text


@click.command(
    help=say(
        "在本机演示 1 个市、2 个区县、4 个街道、8 个社区：数据逐级上报，政策逐级下达，录入一例死亡，"
        "改动一个数字并将其查出。指定 DIR 则保留，不指定则结束时全部删除。",
        "Play a city, 2 districts, 4 streets and 8 communities on this machine: figures climb, a policy comes down, "
        "a death is entered, a figure is altered and found. DIR is kept; without it everything is removed at the end.",
    ),
    epilog=examples("tiersync demo", "tiersync demo demo-city --stay", "tiersync demo --json"),
)
@click.argument("directory", metavar="[DIR]", required=False, type=click.Path(file_okay=False, path_type=Path))
@as_json
@click.option("--stay", is_flag=True, help=say("保持节点运行，直到按 Ctrl-C", "Keep the nodes up until Ctrl-C"))
def demo(directory: Path | None, as_json: bool, stay: bool) -> None:
    from tiersync.demo.story import play

    if directory is not None and directory.exists() and any(directory.iterdir()):
        raise FolderNotEmpty(dir=directory.resolve())
    made = directory is None
    root = Path(tempfile.mkdtemp(prefix="tiersync-demo-")) if directory is None else directory
    began = time.monotonic()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # Whoever ends it otherwise gets a clean end, too.

    def narrate(step: Text) -> None:
        click.echo(f"{time.monotonic() - began:5.1f} s  {step.say(LANG)}", err=as_json)

    try:
        result: dict[str, Any] = play(root.resolve(), narrate, lambda: wait_for_ctrl_c(root, stay, as_json))
        if as_json:
            print_json(result)
        elif not made:
            click.echo(say(
                f"可继续查看：tiersync status --dir {root / '371400000000'}",
                f"Look around: tiersync status --dir {root / '371400000000'}",
            ))  # fmt: skip
    finally:
        if made:
            shutil.rmtree(root, ignore_errors=True)


def wait_for_ctrl_c(root: Path, stay: bool, as_json: bool) -> None:
    """With --stay, keep the nodes up until somebody has seen enough."""
    if not stay:
        return
    click.echo(say(
        f"15 个节点均在运行，目录 {root}。可用 tiersync status --dir {root}/371400000000 查看。按 Ctrl-C 结束。",
        f"All 15 nodes are up in {root}. Look around with: tiersync status --dir {root}/371400000000. Ctrl-C ends it.",
    ), err=as_json)  # fmt: skip
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        return
