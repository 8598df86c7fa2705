"""Writes docs/commands.md and docs/commands.zh.md anew out of the commands themselves: python -m tools.page."""

import inspect
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from tiersync import errors
from tiersync.cli.commands import reconcile as reconciling
from tiersync.cli.main import OTHER_ENDINGS, tiersync
from tiersync.cli.terminal.words import say, text

ROOT = Path(__file__).parents[1]
PAGES = {"en": "commands.md", "zh": "commands.zh.md"}

HEAD = say(
    "# 命令\n\n本页由 `python -m tools.page` 根据命令本身生成，并由测试核对。\n"
    "每条命令都有 `--help`；`--lang zh|en` 可写在任何位置。",
    "# Commands\n\nWritten by `python -m tools.page` out of the commands themselves; a test compares.\n"
    "Every command has `--help`; `--lang zh|en` may stand anywhere.",
)


def page() -> str:
    """Every exit code and every command, in the language of this run."""
    parts = [HEAD, *exit_codes(), say("## 命令一览", "## The commands"), *commands(tiersync, ["tiersync"])]
    return "\n\n".join(parts) + "\n"


def exit_codes() -> Iterator[str]:
    yield say("## 退出码", "## Exit codes")
    yield table(
        say("退出码|含义", "code|what it means"), [(code, text(words)) for code, words in OTHER_ENDINGS.items()]
    )
    yield say("其余退出码对应以下错误：", "Every other one belongs to an error:")
    yield table(
        say("退出码|错误|提示|可重试", "code|error|what it says|try again"),
        [
            (one.exit_code, f"`{one.__name__}`", said(one), say("是", "yes") if one.retry else "")
            for one in error_classes()
        ],
    )
    yield say("`tiersync reconcile` 另有三个：", "`tiersync reconcile` has three of its own:")
    yield table(
        say("退出码|含义", "code|what it means"), [(c, text(words)) for c, words in reconciling.ENDINGS.items()]
    )


def error_classes() -> list[type[errors.TiersyncError]]:
    """Every error that is raised, by exit code, then as errors.py has them; the families are not raised themselves."""
    found = [one for one in vars(errors).values() if inspect.isclass(one) and issubclass(one, errors.TiersyncError)]
    return sorted((one for one in found if not one.__subclasses__()), key=lambda one: one.exit_code)


def said(error: type[errors.TiersyncError]) -> str:
    return say(error.zh, " ".join((error.__doc__ or "").split()))


def every(command: click.Command, words: list[str]) -> Iterator[tuple[click.Command, list[str], click.Context]]:
    """A command with its words and context, or each of those below a group."""
    context = click.Context(command, info_name=words[-1])
    if not isinstance(command, click.Group):
        yield command, words, context
        return
    for name in command.list_commands(context):
        below = command.get_command(context, name)
        if below:
            yield from every(below, [*words, name])


def commands(top: click.Command, name: list[str]) -> Iterator[str]:
    """The section of each command."""
    for command, words, context in every(top, name):
        yield f"### `{' '.join([*words, *arguments(command, context)])}`"
        yield (command.help or "").strip()
        yield table(say("选项|默认|说明", "option|default|what it does"), list(options(command, context)))
        yield "```\n" + "\n".join(line.strip() for line in (command.epilog or "").splitlines()[2:]) + "\n```"


def arguments(command: click.Command, context: click.Context) -> list[str]:
    return [one.make_metavar(context) for one in command.params if isinstance(one, click.Argument)]


def options(command: click.Command, context: click.Context) -> Iterator[tuple[str, str, str]]:
    for one in command.params:
        if isinstance(one, click.Option):
            needed = say("必填", "needed") if one.required else ""
            default = one.default if isinstance(one.default, str) and one.default else needed
            names = ", ".join((*one.opts, *one.secondary_opts))
            yield f"`{names}{'' if one.is_flag else ' ' + one.make_metavar(context)}`", default, one.help or ""


def table(heads: str, rows: list[tuple[object, ...]]) -> str:
    """A table in Markdown."""
    lines = [
        heads.split("|"),
        ["--"] * len(heads.split("|")),
        *([str(cell).replace("|", "\\|") for cell in row] for row in rows),
    ]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def write_pages(docs: Path) -> None:
    """Each language is decided when a process starts, so each page is printed by one of its own."""
    for lang, name in PAGES.items():
        printed = subprocess.run(
            [sys.executable, "-m", "tools.page", "print"], check=True, stdout=subprocess.PIPE, cwd=ROOT,
            env=os.environ | {"TIERSYNC_LANG": lang, "PYTHONUTF8": "1"},
        )  # fmt: skip
        (docs / name).write_bytes(printed.stdout)


if __name__ == "__main__":
    if sys.argv[1:] == ["print"]:
        click.echo(page(), nl=False)
    else:
        write_pages(ROOT / "docs")
