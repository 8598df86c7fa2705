"""Which reports a command is about: units, form, period and part; and what is said of each."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from tiersync.cli.terminal.options import PERIOD, as_json, folder
from tiersync.cli.terminal.output import complain, print_json
from tiersync.cli.terminal.words import LANG, say

if TYPE_CHECKING:
    from tiersync.errors import TiersyncError
    from tiersync.flow.review.judging import Meant
    from tiersync.model.report import ReportKey

FORM = click.option(
    "--form", required=True, help=say("报表，如 aging-year", "The form, such as aging-year"),
)  # fmt: skip
THE_PERIOD = click.option(
    "--period", type=PERIOD, required=True, help=say("统计期，如 2013", "The period, such as 2013"),
)  # fmt: skip
PART = click.option(
    "--part", type=click.Choice(["own", "total"]),
    help=say("own 为本级，total 为合计；默认两者", "own or total; by default both"),
)  # fmt: skip
DRY_RUN = click.option(
    "--dry-run", is_flag=True, help=say("只列出将要做什么，不作更改", "Say what would be done, and change nothing")
)
UNITS = click.argument("units", nargs=-1, metavar="[UNIT]…")
MOST_SAID = 20  # reasons that are told one by one


def about_reports(command: Callable[..., None]) -> Callable[..., None]:
    """The argument UNIT… and the options of every command about reports of one form and period."""
    for option in reversed((UNITS, folder, FORM, THE_PERIOD, PART, DRY_RUN, as_json)):
        command = option(command)
    return command


def meant(form: str, period: Any, units: Sequence[str], part: Any) -> "Meant":
    """The reports that are meant."""
    from tiersync.flow.review.judging import Meant

    return Meant(form, period, tuple(units), part)


class ReportOutcome(NamedTuple):
    """What came of one report: done, or why not."""

    key: "ReportKey"
    why_not: "TiersyncError | None"


def tell(outcomes: Sequence[ReportOutcome], done: tuple[str, str], dry_run: bool, as_json: bool) -> None:
    """Say what was done, and why the rest was not; exits with 1 where nothing was."""
    said = [one for one in outcomes if one.why_not is None]
    if as_json:
        print_json({
            "dry_run": dry_run, "done": [one.key._asdict() for one in said],
            "not_done": [
                one.key._asdict() | {"why": one.why_not.say(LANG)} for one in outcomes if one.why_not is not None
            ],
        })  # fmt: skip
    else:
        zh, en = done
        would = say("（试运行，未作更改）", " (dry run: nothing was changed)") if dry_run else ""
        click.echo(say(f"{zh} {len(said)} 份报告{would}。", f"{en} {len(said)} reports{would}."))
        left = [one.why_not for one in outcomes if one.why_not is not None]
        for error in left[:MOST_SAID]:
            complain(error.say(LANG))
        if len(left) > MOST_SAID:
            complain(say(f"另有 {len(left) - MOST_SAID} 份。", f"… and {len(left) - MOST_SAID} more."))
    if not said:
        click.get_current_context().exit(1)
