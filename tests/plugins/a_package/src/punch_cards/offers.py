"""What the package brings: one of everything."""

import os
from pathlib import Path

from tiersync.model.indicator import Condition, Indicator
from tiersync.plugins.hookspecs import CommandOffer, Notifier, RowCheck, SecretProvider, SourceKind


def tiersync_source_kinds():
    yield SourceKind(name="punch_card", reader="punch_cards.cards:read", reads_files=True)


def tiersync_indicators():
    yield Indicator(
        code="Z01", zh="75岁及以上老年人口数", en="Population aged 75+", record="senior", measure="distinct",
        field="person_key", attributed_by="residence_unit", where=(Condition(field="age", at_least=75),), kind="stock",
        periods=("Y", "Q"), measured_in="人", entered=("city", "district", "street", "community"),
    )  # fmt: skip


def tiersync_row_checks():
    yield RowCheck(
        name="born_too_early", record="senior", field="birth_date", en="born before 1900: ask again",
        zh="出生于1900年以前，请再核实", refuses=born_too_early,
    )  # fmt: skip


def born_too_early(records):
    return records["birth_date"].dt.year() < 1900


def tiersync_secret_providers():
    yield SecretProvider(name="drawer", find={"drawer.key": "lies in the drawer"}.get)


def tiersync_notifiers():
    yield Notifier(name="pinboard", tell=pin)


def pin(alarm, addresses):
    note(f"alarm {alarm.unit} {alarm.kind}")


def tiersync_commands():
    yield CommandOffer(name="cards", command="punch_cards.commands:cards", en="Count the cards", zh="清点卡片")


def tiersync_before_run(run):
    note(f"begins {run.unit}")


def tiersync_after_run(run):
    note(f"ended {run.unit} {run.read} {run.refused} {len(run.failed)}")


def note(line):
    with Path(os.environ["PINBOARD"]).open("a", encoding="utf-8") as board:
        board.write(f"{line}\n")
