"""Writes docs/tiersync.1 and docs/tiersync.zh.1 anew out of the commands themselves: python -m tools.man."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from tiersync import __version__, errors
from tiersync.cli.main import OTHER_ENDINGS, WHAT_IT_IS, tiersync
from tiersync.cli.terminal.words import say, text
from tools.page import ROOT, arguments, error_classes, every, options, said

PAGES = {"en": "tiersync.1", "zh": "tiersync.zh.1"}
WIDE = re.compile("(?<=[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef])(?=[\u4e00-\u9fffA-Za-z0-9])")

ENVIRONMENT = (
    ("TIERSYNC_DIR", say("节点目录，同 --dir", "the node's folder, as --dir says it")),
    ("TIERSYNC_LANG", say("提示语言 zh 或 en，同 --lang", "the language, zh or en, as --lang says it")),
    (
        "TIERSYNC_SECRET_NAME",
        say("名为 name 的密钥，例如数据库地址", "the secret called name, such as the address of a database"),
    ),
    ("TIERSYNC_DEBUG", say("设为 1 时显示程序故障的详情", "where it is 1, a fault of the program is shown in full")),
)
FILES = (
    ("tiersync.toml", say("节点的配置，位于节点目录", "the node's settings, in its folder")),
    ("keys/", say("节点的密钥；仅节点账户可读", "the node's keys; only its account may read them")),
    ("plugins/", say("数据源插件，每个一个目录", "its sources, a folder for each plugin")),
    ("/etc/systemd/system/tiersync-*.service", say("服务单元", "units of services")),
)


def page() -> str:
    """The manual page, in the language of this run."""
    return "\n".join([*head(), *commands(tiersync, ["tiersync"]), *tail()]) + "\n"


def head() -> Iterator[str]:
    yield '.\\" Written by python -m tools.man out of the commands themselves; a test compares.'
    yield f'.TH TIERSYNC 1 "" "tiersync {__version__}" "{say("用户命令", "User Commands")}"'
    yield ".ad l\n.nh"
    yield f".SH {say('名称', 'NAME')}"
    yield f"tiersync \\- {spelled(say('各级老龄办之间的数据交换', 'data exchange between offices of four tiers'))}"
    yield f".SH {say('语法', 'SYNOPSIS')}"
    yield ".B tiersync"
    yield "[\\fB\\-\\-lang\\fR zh|en]"
    yield spelled(say("命令 [选项] [参数]", "COMMAND [OPTION]... [ARGUMENT]..."))
    yield f".SH {say('说明', 'DESCRIPTION')}"
    yield spelled(WHAT_IT_IS)
    yield f".SH {say('命令', 'COMMANDS')}"


def commands(top: click.Command, name: list[str]) -> Iterator[str]:
    """Each command."""
    for command, words, context in every(top, name):
        yield from section(command, words, context)


def section(command: click.Command, words: list[str], context: click.Context) -> Iterator[str]:
    """One command: its line, what it does, its options and examples."""
    yield f'.SS "{spelled(" ".join([*words, *arguments(command, context)]))}"'
    yield spelled((command.help or "").strip())
    for names, default, help_text in options(command, context):
        yield from entry(names.strip("`"), f"{help_text} ({default})" if default else help_text)
    yield ".PP"
    yield ".nf"
    yield from (f".RS\n{spelled(line.strip())}\n.RE" for line in (command.epilog or "").splitlines()[2:])
    yield ".fi"


def tail() -> Iterator[str]:
    yield f'.SH "{say("退出码", "EXIT STATUS")}"'
    for code, meaning in sorted(endings().items()):
        yield from entry(str(code), meaning)
    for title, rows in ((say("环境变量", "ENVIRONMENT"), ENVIRONMENT), (say("文件", "FILES"), FILES)):
        yield f".SH {title}"
        for name, meaning in rows:
            yield from entry(name, meaning)


def endings() -> dict[int, str]:
    """What each exit code means: of an error, what its family has in common."""
    shared = (errors.ThisNode, errors.NotOurFault, errors.Refused)
    families = {one.exit_code: said(one) for one in shared}
    unlike = {one.exit_code: say("见错误提示", "as the message says") for one in error_classes()}
    others = {code: text(words) for code, words in OTHER_ENDINGS.items()}
    return unlike | families | others | {errors.YourInput.exit_code: said(errors.YourInput)}


def entry(name: str, meaning: str) -> Iterator[str]:
    yield ".TP"
    yield f".B {spelled(name)}"
    yield spelled(meaning) or "\\&"


def spelled(words: str) -> str:
    """Words as roff reads them: nothing in them is a request, a dash is a dash, and Chinese may break anywhere."""
    plain = " ".join(words.split()).replace("\\", "\\e").replace("-", "\\-").replace('"', "\\(dq")
    broken = WIDE.sub(r"\\:", plain)
    return f"\\&{broken}" if broken[:1] in (".", "'") else broken


def write_pages(docs: Path) -> None:
    """Each language is decided when a process starts, so each page is printed by one of its own."""
    for lang, name in PAGES.items():
        (docs / name).write_bytes(printed(lang))


def printed(lang: str) -> bytes:
    """The page in a language."""
    env = os.environ | {"TIERSYNC_LANG": lang, "PYTHONUTF8": "1"}
    words = [sys.executable, "-m", "tools.man", "print"]
    return subprocess.run(words, check=True, stdout=subprocess.PIPE, cwd=ROOT, env=env).stdout


if __name__ == "__main__":
    if sys.argv[1:] == ["print"]:
        click.echo(page(), nl=False)
    else:
        write_pages(ROOT / "docs")
