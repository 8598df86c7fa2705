"""What the package brings: one of everything."""

import os
from datetime import date
from pathlib import Path
from typing import Annotated

from tiersync.model.catalogue import ListedCode
from tiersync.model.indicator import Breakdown, Condition, Dimension, Indicator
from tiersync.model.records import kinds
from tiersync.model.records.field import Record
from tiersync.model.records.kinds import Count, Day, Text, UnitRef
from tiersync.plugins.hookspecs import (
    CommandOffer,
    Exporter,
    Notifier,
    RecordType,
    RowCheck,
    SecretProvider,
    SourceKind,
)


class BusRide(Record):
    """Rides on one line of a day, as the bus company tells them; by whom stays out of snapshots."""

    ride_id: Annotated[str, Text("记录编号", "R", "P0", 32)]
    unit: Annotated[str, UnitRef("上车社区", "R", "P0", own=True)]
    line: Annotated[str, kinds.Code("线路类型", "R", "P0", "BUS_LINE")]
    day: Annotated[date, Day("日期", "R", "P0", past=True)]
    rides: Annotated[int, Count("人次", "R", "P0", least=1)]
    card_holder: Annotated[str | None, Text("持卡人", "O", "P2")] = None


def tiersync_source_kinds():
    yield SourceKind(name="punch_card", reader="punch_cards.cards:read", reads_files=True)


def tiersync_record_types():
    lines = (ListedCode(code="1", zh="市区线"), ListedCode(code="2", zh="城乡线"))
    by_line = Dimension(code="bus_line", zh="线路", en="line", field="line", codes="BUS_LINE")
    yield RecordType(name="bus_ride", model=BusRide, codes={"BUS_LINE": lines}, dimensions=(by_line,))


def tiersync_indicators():
    yield Indicator(
        code="Z02", zh="老年人乘车人次", en="Bus rides", record="bus_ride", measure="sum", field="rides", kind="flow",
        where=(Condition(field="day", during=True),), breakdowns=(Breakdown(dims=("bus_line",)),), periods=("Y", "Q"),
        measured_in="人次", entered=("city", "district", "street", "community"),
    )  # fmt: skip
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


def tiersync_exporters():
    yield Exporter(name="punched", suffix=".punched", write="punch_cards.exports:write")


def tiersync_before_run(run):
    note(f"begins {run.unit}")


def tiersync_after_run(run):
    note(f"ended {run.unit} {run.read} {run.refused} {len(run.failed)}")


def note(line):
    with Path(os.environ["PINBOARD"]).open("a", encoding="utf-8") as board:
        board.write(f"{line}\n")
