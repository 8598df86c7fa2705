"""The command `tiersync`: finds the language and the command, and turns every error into one clear message."""

import os
import sys
from importlib import import_module

import click

from tiersync import __version__
from tiersync.cli.words import LANG, say
from tiersync.errors import TiersyncError

STOPPED = 130  # as shells report Ctrl-C
BROKEN = 70  # EX_SOFTWARE of sysexits.h
USAGE = 2

COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("founding:init", say("Set up the top node of a network", "建立网络最上级的节点")),
    "invite": ("founding:invite", say("Invite a unit below to join", "邀请下级单位加入")),
    "join": ("founding:join", say("Join the unit above with its token", "凭邀请码加入上级单位")),
    "link": ("founding:link", say("Show links, or revoke one", "查看或吊销链路")),
    "ingest": ("moving:ingest", say("Read and check the sources; file nothing", "读取并核对数据源，不上报")),
    "push": ("moving:push", say("Read, count, file what changed, send it up", "读取、统计并上报有变化的数据")),
    "pull": ("moving:pull", say("Take what has come down", "接收上级下达的内容")),
    "run": ("moving:run", say("Serve children; push and pull by an interval", "为下级提供服务，并定时上报和接收")),
    "status": ("looking:status", say("How this node stands", "本节点的状况")),
    "report": ("looking:report", say("List and show reports", "列出和查看报告")),
    "quarantine": ("looking:quarantine", say("List and show refused rows", "列出和查看被拒的行")),
    "finding": ("looking:finding", say("List and settle findings", "列出和处理问题")),
    "notice": ("notices:notice", say("Publish, list, show and read notices", "发布、列出、查看和签阅通知")),
    "reconcile": (
        "reconciling:reconcile",
        say("Compare figures until nothing is unexplained", "对账，直到没有未解释的差异"),
    ),
    "units": ("knowing:units", say("Show the tree of units", "查看单位树")),
    "indicators": ("knowing:indicators", say("List the indicators", "列出指标")),
    "catalogue": ("knowing:catalogue", say("Show the catalogue in force", "查看现行目录")),
    "db": ("knowing:db", say("Look after the node's database", "维护节点数据库")),
    "demo": ("demo:demo", say("Play four tiers on this machine", "在本机演示四级网络")),
}


class Commands(click.Group):
    """The commands by name, each imported only when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(f"tiersync.cli.{module}"), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(say("Commands", "命令")):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


EXAMPLES = say(
    """\b
Examples:
  tiersync demo
  tiersync init 371400000000 --dir city --url https://city.example:8471
  tiersync push --dir decheng""",
    """\b
示例：
  tiersync demo
  tiersync init 371400000000 --dir city --url https://city.example:8471
  tiersync push --dir decheng""",
)


WHAT_IT_IS = say(
    "Exchange figures and policies between the four tiers of aging-affairs offices.",
    "在市、区县、街道、社区四级老龄办之间交换统计数据和政策文件。",
)


@click.group(cls=Commands, help=WHAT_IT_IS, epilog=EXAMPLES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="tiersync")
@click.option(
    "--lang", type=click.Choice(["zh", "en"]), default=LANG, expose_value=False,
    help=say("Language of messages", "提示语言"),
)  # fmt: skip
def tiersync() -> None:
    """The language was read from the arguments before anything was imported."""


def complain(text: str) -> None:
    click.secho(text, fg="red", err=True)


def main() -> None:
    """Run a command; the exit code says how it ended."""
    sys.exit(_run())


def _run() -> int:
    try:
        result = tiersync.main(prog_name="tiersync", standalone_mode=False)
    except TiersyncError as error:
        complain(error.say(LANG))
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return USAGE
    except (KeyboardInterrupt, click.Abort):
        complain(
            say(
                "Stopped. What was stored is kept; run the command again to go on.",
                "已停止。已保存的内容不会丢失，重新运行即可继续。",
            )
        )
        return STOPPED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except MemoryError:
        complain(
            say("This machine has too little memory for that; nothing was changed.", "本机内存不足；未作任何更改。")
        )
        return BROKEN
    except Exception as error:
        if os.environ.get("TIERSYNC_DEBUG"):
            raise
        complain(_unforeseen(error))
        return BROKEN
    return result if isinstance(result, int) else 0


def _unforeseen(error: Exception) -> str:
    """An error of ours, named without values that could be personal."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f"{place.tb_frame.f_globals.get('__name__')}:{place.tb_lineno}" if place else "?"
    return say(
        f"A fault in tiersync itself: {type(error).__name__} at {where}. What was stored is kept. "
        "Tell whoever looks after tiersync; with TIERSYNC_DEBUG=1 it says more.",
        f"tiersync 自身出现故障：{type(error).__name__}，位置 {where}。已保存的内容不会丢失。"
        "请告知维护人员；设置 TIERSYNC_DEBUG=1 可显示详情。",
    )


if __name__ == "__main__":
    main()
