"""The command `service`: systemd keeps a node running, also after the machine was started anew."""

import os
import re
import stat
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from tiersync.cli.commands.service.systemd import Systemd
from tiersync.cli.commands.service.unit import SystemService, environment_of, this_program, unit_text
from tiersync.cli.terminal.options import as_json, examples, folder
from tiersync.cli.terminal.output import note, print_json, print_pairs
from tiersync.cli.terminal.words import say
from tiersync.errors import NeedsRoot, OwnedByRoot, ProgramHidden

LABELS = {
    "unit": say("服务单元", "unit"),
    "ActiveState": say("状态", "state"),
    "SubState": say("细分状态", "in detail"),
    "UnitFileState": say("随系统启动", "starts with the machine"),
    "ExecMainStartTimestamp": say("启动时间", "since"),
    "NRestarts": say("重启次数", "started again"),
}

PLAIN = re.compile("[A-Za-z_][A-Za-z0-9_-]*")  # names of accounts that systemd takes; of others their number

Command = Callable[..., Any]


def which(command: Command) -> Command:
    """Which service is meant: of which folder, of what it runs, of whose systemd."""

    @wraps(command)
    def meant(named: Path | None, folder: Path, **more: Any) -> Any:
        source = click.get_current_context().get_parameter_source("folder")
        if named and source is ParameterSource.COMMANDLINE:
            raise click.UsageError(
                say("目录写在命令之后，或用 --dir，二者不可同用。", "Name the folder, or --dir; not both.")
            )
        return command(folder=named or folder, **more)

    for option in (
        click.argument("named", metavar="[DIR]", required=False, type=click.Path(file_okay=False, path_type=Path)),
        click.option(
            "--runs", type=click.Choice(["run", "serve", "work"]), default="run",
            help=say("服务运行的命令", "The command that it runs"),
        ),
        click.option(
            "--user", "own", is_flag=True, help=say("装在当前账户下，而非全机", "For this account, not the machine")
        ),
        folder,
    ):  # fmt: skip
        meant = option(meant)
    return meant


@click.group(
    help=say("由 systemd 保持节点运行。", "Let systemd keep a node running."),
    epilog=examples("sudo tiersync service install city"),
)
def service() -> None:
    """The node as a service of the system."""


@service.command(
    help=say(
        "写入 systemd 单元，立即启动，并随系统启动。以 DIR 所有者的账户运行；需要 root，或用 --user。",
        "Write the unit of systemd, start it now and with the machine. It runs as the account that DIR belongs to. "
        "Needs root, or --user.",
    ),
    epilog=examples(
        "tiersync service install --dry-run city", "tiersync service install --dir /var/lib/tiersync/city",
        "tiersync service install --user street",
    ),
)  # fmt: skip
@which
@click.option("--dry-run", is_flag=True, help=say("只显示单元，不写入", "Only print the unit"))
def install(folder: Path, own: bool, runs: str, dry_run: bool) -> None:
    from tiersync.config.settings import read_settings

    read_settings(folder)
    asked = SystemService(folder.resolve(), this_program(), runs, "" if own else owner(folder))
    text = unit_text(asked)
    if dry_run:
        click.echo(text, nl=False)
        return
    systemd = Systemd(own)
    systemd.check()
    check_root(own)
    if not own:
        check_open(Path(sys.executable).resolve(), folder.stat().st_uid)
    systemd.install(asked.name, text)
    click.echo(say(f"{asked.name} 已安装并启动。", f"{asked.name} is installed and runs."))
    if not own:
        click.echo(say(
            f"环境变量写入 {environment_of(asked)}，日志：journalctl -u {asked.name}",
            f"Its environment is {environment_of(asked)}; its log: journalctl -u {asked.name}",
        ))  # fmt: skip
    if own:
        note(say(
            "退出登录后服务会停止；如需一直运行，请执行：loginctl enable-linger",
            "It ends when you log out; to let it go on, say: loginctl enable-linger",
        ))  # fmt: skip


@service.command(
    help=say(
        "停止服务并删除单元；节点目录不受影响。",
        "End the service and remove its unit; the node's folder stays as it is.",
    ),
    epilog=examples("tiersync service uninstall city", "tiersync service uninstall --user street"),
)
@which
@click.option("--dry-run", is_flag=True, help=say("只显示将删除的单元", "Only say which unit would be removed"))
def uninstall(folder: Path, own: bool, runs: str, dry_run: bool) -> None:
    name, systemd = SystemService(folder.resolve(), (), runs).name, Systemd(own)
    if dry_run:
        systemd.check_installed(name)
        click.echo(systemd.folder / name)
        return
    systemd.check()
    check_root(own)
    systemd.uninstall(name)
    click.echo(say(f"{name} 已停止并卸载。", f"{name} has ended and is uninstalled."))


@service.command(
    help=say("服务的状况。", "How the service stands."),
    epilog=examples("tiersync service status city", "tiersync service status --user street --json"),
)
@which
@as_json
def status(folder: Path, own: bool, runs: str, as_json: bool) -> None:
    systemd = Systemd(own)
    systemd.check()
    known = systemd.status(SystemService(folder.resolve(), (), runs).name)
    if as_json:
        print_json(known)
    else:
        print_pairs((LABELS[key], value) for key, value in known.items())


def owner(folder: Path) -> str:
    """The account that the node's folder belongs to; raises OwnedByRoot, as which no node needs to run."""
    number = folder.stat().st_uid
    if number == 0 and sys.platform != "win32":
        raise OwnedByRoot(dir=folder.resolve())
    try:
        from pwd import getpwuid

        name = getpwuid(number).pw_name
    except (ImportError, KeyError):
        return str(number)
    return name if PLAIN.fullmatch(name) else str(number)


def check_root(own: bool) -> None:
    """Raise NeedsRoot where somebody else would change the machine."""
    if not own and sys.platform != "win32" and os.geteuid():
        raise NeedsRoot()


def check_open(program: Path, account: int) -> None:
    """Raise ProgramHidden where an account cannot go to the program, as to one below root's own folder."""
    for place in program.parents:
        found = place.stat()
        is_open = found.st_mode & (stat.S_IXOTH | stat.S_IXGRP)  # To a group, of which the account may be.
        if not is_open and found.st_uid != account:
            raise ProgramHidden(program=program, dir=place)
