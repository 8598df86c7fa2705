"""The command `tiersync`: finds the language and the command, and turns every error into one clear message."""

import errno
import os
import signal
import sys
from _thread import interrupt_main
from collections.abc import Sequence
from importlib import import_module
from threading import Event, Timer, main_thread
from typing import NamedTuple

import click

from tiersync import __version__
from tiersync.cli.packages import command_of_package, commands_of_packages
from tiersync.cli.terminal.chinese import speak_chinese
from tiersync.cli.terminal.output import complain, end_progress
from tiersync.cli.terminal.words import LANG, given, say
from tiersync.errors import MachineRefused, NotUtf8, TiersyncError, why_not
from tiersync.model.text import Text

OTHER_ENDINGS = {
    0: Text("已完成", "it is done"),
    2: Text("命令无法识别", "the command was not understood"),
    70: Text(
        "tiersync 自身出现故障，或内存不足；设置 TIERSYNC_DEBUG=1 可显示详情",
        "a fault in tiersync itself, or too little memory; with TIERSYNC_DEBUG=1 it says more",
    ),
    130: Text("被 Ctrl-C 停止；重新运行即可继续", "stopped with Ctrl-C; run it again to go on"),
}
DONE, USAGE, BROKEN, STOPPED = OTHER_ENDINGS  # 70 is EX_SOFTWARE of sysexits.h; 130 is how shells report Ctrl-C

COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("commands.joining.init:init", say("建立网络最上级的节点", "Set up the top node of a network")),
    "invite": ("commands.joining.invite:invite", say("邀请下级单位加入", "Invite a unit below to join")),
    "join": ("commands.joining.join:join", say("凭邀请码加入上级单位", "Join the unit above with its token")),
    "link": ("commands.joining.link:link", say("查看或吊销链路", "Show links, or revoke one")),
    "ingest": ("commands.ingest:ingest", say("读取并核对数据源，不上报", "Read and check the sources; file nothing")),
    "push": ("commands.push:push", say("读取、统计并上报有变化的数据", "Read, count, file what changed, send it up")),
    "pull": ("commands.pull:pull", say("接收上级下达的内容", "Take what has come down")),
    "run": (
        "commands.run:run",
        say("为下级提供服务，并按计划执行任务", "Serve children, and do jobs by schedules"),
    ),
    "serve": ("commands.run:serve", say("只为下级提供服务", "Serve children only")),
    "work": ("commands.run:work", say("只按计划执行任务", "Do jobs by schedules only")),
    "schedule": (
        "commands.schedule:schedule",
        say("查看和管理计划", "Show schedules, run one, let one rest"),
    ),
    "calendar": ("commands.calendar:calendar", say("各报表的时限，放假安排", "When forms are due; days off")),
    "runs": ("commands.runs:runs", say("查看已执行的任务", "Show the jobs that were done")),
    "service": ("commands.service.service:service", say("由 systemd 保持节点运行", "Let systemd keep a node running")),
    "doctor": ("commands.doctor:doctor", say("检查本节点，写明怎么办", "Examine this node, and say what to do")),
    "status": ("commands.status:status", say("本节点的状况", "How this node stands")),
    "plugin": ("commands.plugin.plugin:plugin", say("建立、测试和启用插件", "Make, test and enable plugins")),
    "source": ("commands.source:source", say("检查数据源", "Check sources")),
    "report": ("commands.report.report:report", say("列出、查看和导出报告", "List, show and export reports")),
    "figures": (
        "commands.figures.figures:figures",
        say("并列比较数据，查历次版本，印制报表", "Compare figures, trace one, print a form"),
    ),
    "quarantine": (
        "commands.quarantine.quarantine:quarantine",
        say("列出和查看被拒的行", "List and show refused rows"),
    ),
    "finding": ("commands.finding:finding", say("列出和处理问题", "List and settle findings")),
    "notice": (
        "commands.notice.notice:notice",
        say("发布、列出、查看和签阅通知", "Publish, list, show and read notices"),
    ),
    "reconcile": (
        "commands.reconcile:reconcile",
        say("对账，直到没有未解释的差异", "Compare figures until nothing is unexplained"),
    ),
    "units": ("commands.joining.units:units", say("查看单位树", "Show the tree of units")),
    "indicators": ("commands.joining.indicators:indicators", say("列出指标", "List the indicators")),
    "catalogue": ("commands.joining.catalogue:catalogue", say("查看和修改目录", "Show and change the catalogue")),
    "db": ("commands.db.db:db", say("维护节点数据库", "Look after the node's database")),
    "completion": ("commands.completion:completion", say("输出命令补全脚本", "Let a shell complete commands")),
    "demo": ("commands.trying.demo:demo", say("在本机演示四级网络", "Play four tiers on this machine")),
    "drill": (
        "commands.trying.drill:drill",
        say("在演示城市的副本上演练故障", "Try faults on a copy of the demo city"),
    ),
    "example-city": (
        "commands.trying.example_city:example_city",
        say("写出虚构城市的数据源", "Write the made-up city's sources"),
    ),
}


class Commands(click.Group):
    """The commands by name, each imported only when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return command_of_package(cmd_name)
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(f"tiersync.cli.{module}"), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(say("命令", "Commands")):
            formatter.write_dl([*((name, text) for name, (_, text) in COMMANDS.items()), *commands_of_packages()])


EXAMPLES = "\b\n" + say(
    """\
示例：
  tiersync demo
  tiersync init 371400000000 --dir city --url https://city.example:8471
  tiersync push --dir decheng""",
    """\
Examples:
  tiersync demo
  tiersync init 371400000000 --dir city --url https://city.example:8471
  tiersync push --dir decheng""",
)


WHAT_IT_IS = say(
    "在市、区县、街道、社区四级老龄办之间交换统计数据和政策文件。",
    "Exchange figures and policies between the four tiers of aging-affairs offices.",
)


@click.group(cls=Commands, help=WHAT_IT_IS, epilog=EXAMPLES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="tiersync", help=say("显示版本", "Show the version"))
@click.option(
    "--lang", type=click.Choice(["zh", "en"]), default=LANG, expose_value=False,
    help=say("提示语言", "Language of messages"),
)  # fmt: skip
def tiersync() -> None:
    """The language was read from the arguments before anything was imported."""


class Ending(NamedTuple):
    """How a command that failed ends: what is said, and the exit code."""

    text: str
    code: int


interrupted = Event()
SOON = 0.05  # seconds until Ctrl-C is said again


def interrupt(*_: object) -> None:
    """What Ctrl-C does. It is remembered, because a library that is being imported may call it something else."""
    interrupted.set()
    raise KeyboardInterrupt


def hear_again(unheard: "sys.UnraisableHookArgs") -> None:
    """What became of an error that nobody could catch, such as in the clearing away of an object: Ctrl-C is said once
    more, anything else is told as ever."""
    if unheard.exc_type is KeyboardInterrupt:
        soon = Timer(SOON, say_again)
        soon.daemon = True
        soon.start()
    else:
        sys.__unraisablehook__(unheard)


def say_again() -> None:
    """Interrupt the main thread, also where it waits for something."""
    if sys.platform == "win32":
        interrupt_main()
    else:
        signal.pthread_kill(main_thread().ident or 0, signal.SIGINT)


def main() -> None:
    """Run a command; the exit code says how it ended."""
    signal.signal(signal.SIGINT, interrupt)
    sys.unraisablehook = hear_again
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]  # A name that a terminal cannot show.
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run the command that the arguments name; returns the exit code."""
    if LANG == "zh":
        speak_chinese()
    try:
        result = tiersync.main(language_first(arguments), prog_name="tiersync", standalone_mode=False)
        return result if isinstance(result, int) else DONE
    except click.ClickException as error:
        error.show()
        return USAGE
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except (Exception, KeyboardInterrupt) as error:
        end_progress()  # Else what is said next would stand behind it, and the cursor stay hidden.
        ending = ending_of(KeyboardInterrupt() if interrupted.is_set() else about(arguments, error))
        if ending.code == BROKEN and os.environ.get("TIERSYNC_DEBUG"):
            raise
        complain(ending.text)
        return ending.code


def language_first(arguments: Sequence[str]) -> list[str]:
    """The arguments with --lang, wherever it stands, before the command."""
    lang = given("--lang", arguments)
    if not lang:
        return list(arguments)
    place = next(p for p, argument in enumerate(arguments) if argument in ("--lang", f"--lang={lang}"))
    width = 2 if arguments[place] == "--lang" else 1
    return ["--lang", lang, *arguments[:place], *arguments[place + width :]]


def about(arguments: Sequence[str], error: BaseException) -> BaseException:
    """The error; where a text cannot be spelled and an argument is none in UTF-8, that the argument is none.

    Not looked at before the command runs, for the name of a file may be in any encoding.
    """
    spelled = [argument.encode("utf-8", "replace").decode() for argument in arguments]
    unlike = [after for before, after in zip(arguments, spelled, strict=True) if before != after]
    return NotUtf8(argument=unlike[0]) if isinstance(error, UnicodeEncodeError) and unlike else error


def ending_of(error: BaseException) -> Ending:
    """What an error means for whoever ran the command."""
    match error:
        case TiersyncError():
            return Ending(error.say(LANG), error.exit_code)
        case KeyboardInterrupt() | click.Abort():
            return Ending(
                say(
                    "已停止。已保存的内容不会丢失，重新运行即可继续。",
                    "Stopped. What was stored is kept; run the command again to go on.",
                ),
                STOPPED,
            )
        case MemoryError():
            return Ending(
                say(
                    "本机内存不足；未作任何更改。",
                    "This machine has too little memory for that; nothing was changed.",
                ),
                BROKEN,
            )
        case OSError(filename=str() | bytes() as path):
            return ending_of(MachineRefused(path=path, **why_not(error)))
        case OSError(errno=errno.ENOSPC | errno.EFBIG):
            return ending_of(MachineRefused(path=os.curdir, **why_not(error)))
    return Ending(unforeseen(error), BROKEN)


def unforeseen(error: BaseException) -> str:
    """An error of ours, named without values that could be personal."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f"{place.tb_frame.f_globals.get('__name__')}:{place.tb_lineno}" if place else "?"
    return say(
        f"tiersync 自身出现故障：{type(error).__name__}，位置 {where}。已保存的内容不会丢失。"
        "请告知维护人员；设置 TIERSYNC_DEBUG=1 可显示详情。",
        f"A fault in tiersync itself: {type(error).__name__} at {where}. What was stored is kept. "
        "Tell whoever looks after tiersync; with TIERSYNC_DEBUG=1 it says more.",
    )


if __name__ == "__main__":
    main()
