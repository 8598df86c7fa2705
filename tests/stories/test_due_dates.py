"""Due dates by the calendar: who is late is reminded once, after the holiday; a year that is announced moves what was
provisional at every tier."""

import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tests.stories.network import CITY, COMMUNITY, DISTRICT, STREET, Network, line_of_units
from tiersync.config.drafts import read_draft, write_draft
from tiersync.config.packaged import packaged_catalogue
from tiersync.errors import BadCatalogue
from tiersync.flow.figures.filing import file_reports, next_revisions
from tiersync.flow.jobs.due_dates import DueChanged, changed_dues, note_dues
from tiersync.flow.jobs.remind import REMINDED, remind
from tiersync.flow.new_catalogue import plan_publication, publish_catalogue
from tiersync.model.catalogue import Catalogue
from tiersync.model.cell import Cell, Cells
from tiersync.model.form import DueDays
from tiersync.model.period import Period
from tiersync.model.report import Report, ReportKey
from tiersync.model.unit import Unit
from tiersync.rules.calendar.windows import window_of
from tiersync.rules.calendar.working_days import working_days
from tiersync.store.facts import forget
from tiersync.store.links.charters import load_keyring
from tiersync.store.notices import all_notices
from tiersync.views.running.calendar import window_lines

FORM, QUARTER = "aging-quarter", Period("2024-Q4")
COMMUNITIES = [f"37140200100{number}" for number in range(1, 7)]
LATE = COMMUNITIES[2:]


def asking(units: tuple[Unit, ...], due: DueDays) -> Catalogue:
    """The packaged catalogue over these units, of which one form asks for one figure."""
    whole = packaged_catalogue(units[0].code, units)
    [form] = [one for one in whole.forms if one.code == FORM]
    form = form.model_copy(update={"due_days": due, "entries": {"P02": ("community",)}})
    return whole.model_copy(update={"forms": (form,)})


@pytest.fixture
def street(tmp_path: Path) -> Network:
    """A street above six communities; the quarter is due on Monday 2025-01-27."""
    units = (
        Unit(code=STREET, name="新湖街道", parent=None, tier="street"),
        *(Unit(code=code, name=f"社区{code[-1]}", parent=STREET, tier="community") for code in COMMUNITIES),
    )
    catalogue = asking(units, DueDays(due=27, late_until=60))
    return Network(tmp_path, units, now=datetime(2025, 1, 6, 1, tzinfo=UTC), catalogue=catalogue)


def report(network: Network, unit: str) -> None:
    """A community says how many seniors it has."""
    node = network.nodes[unit]
    key = ReportKey(FORM, unit, str(QUARTER), "own")
    with node.store.write() as db:
        revision = next_revisions(db, [key])[key]
        tenure = load_keyring(db).tenure(unit, node.tree(db))
        cells = Cells.of([Cell("P02", "", "value", 40, 0, "ok", "records", 1, 1)])
        said = Report(
            form=FORM, unit=unit, period=QUARTER, part="own", tenure=tenure, revision=revision.number, catalogue=1,
            cells=cells, replaces=revision.replaces,
        )  # fmt: skip
        file_reports(db, node, [said], network.now)


def reminders(network: Network, unit: str) -> list[str]:
    with network.nodes[unit].store.read() as db:
        return [row.title for row in all_notices(db)]


def test_f22_the_four_that_are_late_are_reminded_once_on_the_first_working_day_after_the_holiday(
    street: Network,
) -> None:
    for unit in COMMUNITIES[:2]:
        report(street, unit)
        street.exchange(unit)
    sent = {}
    street.now = datetime(2025, 1, 27, 1, tzinfo=UTC)
    while street.now < datetime(2025, 2, 12, tzinfo=UTC):
        if reminded := remind(street.nodes[STREET], street.now):
            sent[str(street.nodes[STREET].day_of(street.now))] = sorted(reminded[0].lacking)
        street.later(24 * 3600)
    assert sent == {"2025-02-05": LATE}
    street.exchange_all()
    title = "催报：老龄工作季报 2024-Q4"
    assert {unit: reminders(street, unit) for unit in COMMUNITIES} == {
        unit: [title] if unit in LATE else [] for unit in COMMUNITIES
    }


def test_who_reports_in_time_is_not_reminded(street: Network) -> None:
    for unit in COMMUNITIES:
        report(street, unit)
        street.exchange(unit)
    street.now = datetime(2025, 2, 6, 1, tzinfo=UTC)
    assert remind(street.nodes[STREET], street.now) == []
    assert reminders(street, STREET) == []


def test_a_kill_between_a_reminder_and_its_mark_reminds_nobody_twice(street: Network) -> None:
    street.now = datetime(2025, 2, 5, 1, tzinfo=UTC)
    assert len(remind(street.nodes[STREET], street.now)) == 1
    with street.nodes[STREET].store.write() as db:
        forget(db, REMINDED.format(FORM, QUARTER))
    remind(street.nodes[STREET], street.now)
    assert len(reminders(street, STREET)) == 1


def test_a_year_that_is_announced_moves_what_was_provisional_at_every_tier(tmp_path: Path) -> None:
    units = line_of_units()
    due = DueDays(due=5, working=True, late_until=30)
    network = Network(tmp_path, units, now=datetime(2026, 12, 1, 1, tzinfo=UTC), catalogue=asking(units, due))

    def dues() -> set[tuple[str, bool]]:
        found = set()
        for node in network.nodes.values():
            [line] = [one for one in window_lines(node, network.now) if str(one.of.period) == "2026-Q4"]
            found.add((str(line.of.window.due.day), line.of.window.due.is_provisional))
        return found

    assert dues() == {("2027-01-08", True)}, "1 January is off by every estimate"
    for node in network.nodes.values():
        assert changed_dues(node, network.now) == []
        note_dues(node, network.now)
    city = network.nodes[CITY]
    with city.store.read() as db:
        newest = city.catalogue(db)
    draft = tmp_path / "draft"
    write_draft(draft, newest)
    said = {"01": "rest", "04": "rest", "09": "work"}
    with (draft / "calendar" / "days.csv").open("a", encoding="utf-8") as file:
        file.writelines(f"2027-01-{day},{kind},国办发明电〔2026〕0号\n" for day, kind in said.items())
    publish_catalogue(city, read_draft(draft, newest), Period("2027-Q1"), network.now)
    with city.store.read() as db:
        write_draft(tmp_path / "older", city.catalogue(db))
    shutil.rmtree(tmp_path / "older" / "calendar")
    with city.store.read() as db, pytest.raises(BadCatalogue, match=r"(no calendar|are gone)"):
        plan_publication(
            db, city, read_draft(tmp_path / "older", city.catalogue(db)), Period("2027-Q2"), date(2027, 1, 1)
        )
    for _ in range(2):
        network.exchange_all()
    assert dues() == {("2027-01-09", False)}, "a Monday off, and a Saturday that is worked"
    changed = DueChanged(FORM, "2026-Q4", "2027-01-08 ?", "2027-01-09")
    for unit in (CITY, DISTRICT, STREET, COMMUNITY):
        assert changed_dues(network.nodes[unit], network.now) == [changed]
        note_dues(network.nodes[unit], network.now)
        assert changed_dues(network.nodes[unit], network.now + timedelta(days=1)) == [], "it is said once"


def test_a_window_is_by_the_clock_of_the_office() -> None:
    units = line_of_units()
    [form] = asking(units, DueDays(due=5, working=True, at="12:00")).forms
    window = window_of(form, QUARTER, working_days(packaged_catalogue().calendar))
    assert window.due.moment == datetime(2025, 1, 8, 12)
