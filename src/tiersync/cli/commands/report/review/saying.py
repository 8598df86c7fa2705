"""Saying a verdict over the reports that a command is about."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from tiersync.cli.commands.report.meant import ReportOutcome, meant, tell
from tiersync.cli.terminal.opening import open_node
from tiersync.host.opening import now

if TYPE_CHECKING:
    from tiersync.flow.review.judging import Words
    from tiersync.model.finding import Said


def judge_meant(
    said: "Said", words: "Words", done: tuple[str, str], folder: Path, as_json: bool, dry_run: bool, **named: Any
) -> None:
    """Judge the reports that are meant, and say what was done."""
    from tiersync.flow.review.judging import judge

    decided = judge(open_node(folder), said, meant(**named), words, now(), dry_run)
    tell([ReportOutcome(one.key, one.why_not) for one in decided], done, dry_run, as_json)
