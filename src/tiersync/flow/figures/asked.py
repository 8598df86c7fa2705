"""What is asked of a node: which forms for which periods, each by the catalogue that its period pins."""

from collections.abc import Iterable
from datetime import date, datetime

from tiersync.flow.node import Node
from tiersync.model.catalogue import Catalogue
from tiersync.model.form import Form
from tiersync.model.indicator import Indicator
from tiersync.model.period import Period
from tiersync.rules.calendar.due import due, due_within, first_open
from tiersync.rules.calendar.in_force import ever_in_force
from tiersync.rules.calendar.windows import is_valid
from tiersync.rules.rows.figures import Asked, Asks, asked_by
from tiersync.store.catalogues import held_catalogues
from tiersync.store.database import Connection
from tiersync.store.reports.rounds import stored_since


def catalogues_in_use(db: Connection, node: Node, today: date) -> list[Catalogue]:
    """The catalogues that periods still open pin, and those that wait to be in force, the latest first."""
    in_use: list[Catalogue] = []
    for held, ends in ever_in_force(held_catalogues(db)):
        catalogue = node.read_catalogue(db, held.envelope)
        if in_use and all(first_open(form, today).first_day >= ends for form in catalogue.forms):
            break
        in_use.append(catalogue)
    return in_use


def due_now(db: Connection, node: Node, today: date) -> list[tuple[Form, Period]]:
    """Each form's last ended period, and every period already filed here that is not closed yet, but for forms that
    have run out."""
    due_ones = (one for catalogue in catalogues_in_use(db, node, today) for one in _due(db, node, catalogue, today))
    return [one for one in due_ones if is_valid(*one)]


def _due(db: Connection, node: Node, catalogue: Catalogue, today: date) -> list[tuple[Form, Period]]:
    spans = ((form.code, str(first_open(form, today))) for form in catalogue.forms)
    filed = {(form, Period(text)) for form, first in spans for text in stored_since(db, form, first)}
    return [one for one in due(catalogue.forms, today, filed) if _pins(db, node, one[1], catalogue)]


def due_between(db: Connection, node: Node, periods: Iterable[Period], today: date) -> list[tuple[Form, Period, date]]:
    """Every form and period whose day of being due lies in one of `periods`, with that day."""
    spans = list(periods)
    earliest = min((period.first_day for period in spans), default=today)
    found = (
        one
        for catalogue in catalogues_in_use(db, node, min(earliest, today))
        for one in due_within(catalogue.forms, spans, node.working_days(db))
        if _pins(db, node, one[1], catalogue)
    )
    return sorted(found, key=lambda one: (one[0].code, one[1]))


def form_for(db: Connection, node: Node, code: str, period: Period) -> Form | None:
    """The form as the catalogue of a period has it; None where that has none of this code."""
    return next((form for form in node.catalogue_for(db, period).forms if form.code == code), None)


def check_form(db: Connection, node: Node, code: str) -> str:
    """The code of a form that some catalogue has; raises UnknownName for one that none ever had."""
    for held in reversed(held_catalogues(db)):
        if any(form.code == code for form in node.read_catalogue(db, held.envelope).forms):
            return code
    return node.catalogue(db).form(code).code


def _pins(db: Connection, node: Node, period: Period, catalogue: Catalogue) -> bool:
    return node.catalogue_for(db, period).number == catalogue.number


def indicators_in_use(node: Node, now: datetime) -> tuple[Indicator, ...]:
    """Every indicator by which something may count, as the latest catalogue that has it defines it."""
    with node.store.read() as db:
        in_use = catalogues_in_use(db, node, node.day_of(now))
    return tuple({one.code: one for catalogue in reversed(in_use) for one in catalogue.indicators}.values())


def figures_asked(node: Node) -> Asks:
    """What is asked of declared figures for a period; what a catalogue asks is laid out once."""
    known: dict[int, Asked] = {}

    def asked(period: str) -> Asked:
        with node.store.read() as db:
            catalogue = node.catalogue_for(db, Period(period))
        if catalogue.number not in known:
            known[catalogue.number] = asked_by(catalogue)
        return known[catalogue.number]

    return asked
