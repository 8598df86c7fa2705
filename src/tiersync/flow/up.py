"""The way up: source, rows, records, snapshot, cells, report, envelope, link."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from tiersync.errors import NotAsked, TiersyncError
from tiersync.flow.clock import judged_now
from tiersync.flow.compare_clock import ClockCompared, compare_clock
from tiersync.flow.counting.counting import Filed, count_and_file
from tiersync.flow.counting.would_count import WouldFile, would_count
from tiersync.flow.exchange.child import Sent, send_waiting
from tiersync.flow.exchange.restored import outrank
from tiersync.flow.exchange.sealing import send_refused_again
from tiersync.flow.figures.asked import due_now
from tiersync.flow.figures.beside import beside_open
from tiersync.flow.figures.segments import renew_segments
from tiersync.flow.figures.totals import file_ripe_totals, file_totals, would_total
from tiersync.flow.healing.heal import Healed, damage_left, heal
from tiersync.flow.jobs.patiently import read_patiently
from tiersync.flow.node import Ask, Node
from tiersync.flow.reading.ingest import Ingested, ingest, read_sources
from tiersync.flow.reading_node import ReadingNode
from tiersync.flow.review.accept_clean import accept_clean
from tiersync.flow.tidy import tidy
from tiersync.model.finding import Finding
from tiersync.model.form import Form
from tiersync.model.period import Period
from tiersync.rules.calendar.due import due_for
from tiersync.rules.calendar.windows import check_valid, is_valid

NOTHING_FILED = Filed(0, [])
Concerned = Sequence[tuple[Form, Period]]
EXAMPLES = {"Y": "2013", "H": "2013-H1", "Q": "2013-Q4", "M": "2013-06", "W": "2013-W23"}  # of each kind of period


class Pushed(NamedTuple):
    """What a push did; `read.failed` is what went wrong with sources, while the others were counted and sent; `refused`
    which own reports could not be filed and why; `unsent` why nothing more went up; `clock` what came of comparing the
    clock, by which nothing is filed if it is wrong; `altered` what was not as it was sealed when this began; `declared`
    the open findings about declared figures."""

    read: Ingested
    concerned: list[tuple[str, str]]
    filed: int
    altered: list[Finding]
    sent: Sent
    refused: list[TiersyncError]
    unsent: TiersyncError | None = None
    clock: ClockCompared = ClockCompared()
    declared: Sequence[Finding] = ()

    @property
    def failed(self) -> list[TiersyncError]:
        """Everything that went wrong."""
        return [*self.read.failed, *self.refused, *filter(None, [self.clock.wrong, self.unsent])]


def push(node: ReadingNode, ask: Ask | None, now: datetime, period: Period | None = None) -> Pushed:
    """Read every source, count, file what changed, and hand it to the parent; at the top (`ask` is None) only file."""
    ready = get_ready(node, ask, what_is_due(node, now, period), now)
    read = read_sources(node, now)
    filed = _file(node, to_file(ready, what_is_due(node, now, period)), now, file_totals)
    tidy_by(ready.clock, node, now)
    return finish(node, ask, now, pushed(read, ready, filed))


Read = Callable[[ReadingNode, datetime], Ingested]


def push_by_itself(node: ReadingNode, ask: Ask | None, now: datetime, read_some: Read = read_patiently) -> Pushed:
    """The daemon's push: the same, but paused plugins are left alone, and totals are filed only when they are ripe;
    what is read of the sources is the host's to say."""
    ready = get_ready(node, ask, what_is_due(node, now, None), now)
    read = read_some(node, now)
    filed = _file(node, to_file(ready, what_is_due(node, now, None)), now, file_ripe_totals)
    return finish(node, ask, now, pushed(read, ready, filed))


class Ready(NamedTuple):
    """What a push concerns, now that the clock was compared and what was damaged is mended as far as it could be."""

    concerned: Concerned
    clock: ClockCompared
    healed: Healed


def get_ready(node: Node, ask: Ask | None, concerned: Concerned, now: datetime) -> Ready:
    """Compare the clock and mend what is damaged. Where that asks the unit above, a catalogue may come with its answer:
    so it goes before anything is read."""
    clock = compare_clock(node, ask, now)
    return Ready(concerned, clock, heal(node, None if clock.unsent else ask, _named(concerned), now))


def to_file(ready: Ready, due: Concerned) -> Concerned:
    """Nothing is filed by a wrong clock, and of what is `due` nothing that may only have gone missing here."""
    waits = ready.healed.waits
    return (
        [] if ready.clock.wrong else [(form, period) for form, period in due if (form.code, str(period)) not in waits]
    )


def tidy_by(clock: ClockCompared, node: ReadingNode, now: datetime) -> None:
    """Nothing is forgotten by a clock that is wrong, or in doubt."""
    if not clock.judged.witnesses and not clock.unsent:
        tidy(node, now)


def pushed(read: Ingested, ready: Ready, filed: Filed) -> Pushed:
    """What a push did before its last exchange."""
    clock, healed = ready.clock, ready.healed
    return Pushed(
        read, _named(ready.concerned), filed.reports, healed.seen, clock.sent.and_then(healed.sent), filed.refused,
        clock.unsent or healed.unsent, clock,
    )  # fmt: skip


def _file(
    node: ReadingNode, concerned: Concerned, now: datetime, add_up: Callable[[ReadingNode, Concerned, datetime], int]
) -> Filed:
    """File the own reports that changed, then the totals over them."""
    if not concerned:
        return NOTHING_FILED
    own = count_and_file(node, concerned, now)
    return own._replace(reports=own.reports + add_up(node, concerned, now))


def plan(node: ReadingNode, now: datetime, period: Period | None = None) -> WouldFile:
    """The reports that a push would file, each named, and what it would refuse; sources are read, nothing is filed or
    sent."""
    concerned = what_is_due(node, now, period)
    ingest(node, now)
    if judged_now(node, now).is_wrong and not node.trusts_clock:
        return WouldFile([], [], [])
    changed = would_count(node, concerned, now)
    totals = would_total(node, concerned, changed.keys, now)
    return changed._replace(keys=[*(key for key in changed.keys if key not in totals), *totals])


def _named(concerned: Concerned) -> list[tuple[str, str]]:
    return [(form.code, str(period)) for form, period in concerned]


def finish(node: Node, ask: Ask | None, now: datetime, done: Pushed) -> Pushed:
    """Hand over what was filed, and put figures together anew where enough came."""
    done = _hand_over(node, ask, now, done)
    renew_segments(node, now)
    return done


def _hand_over(node: Node, ask: Ask | None, now: datetime, done: Pushed) -> Pushed:
    """Exchange with the parent; what was read and filed stands, though that fails. A parent that could not be asked
    before is not asked again."""
    if done.altered:
        damage_left(node, now)  # What nobody holds any more was filed again.
    if not done.clock.wrong:  # No word is dated by a wrong clock.
        accept_clean(node, now)
    with node.store.write() as db:
        send_refused_again(db, node, now)
        outrank(db, node, now)
        done = done._replace(declared=beside_open(db, node))
    if ask is None or done.unsent:
        return done
    try:
        return done._replace(sent=done.sent.and_then(send_waiting(node, ask, now)))
    except TiersyncError as error:
        return done._replace(unsent=error)


def what_is_due(node: Node, now: datetime, period: Period | None) -> Concerned:
    """The forms and periods that a push concerns; raises NotAsked when no form asks for the one that was named."""
    with node.store.read() as db:
        if period is None:
            return due_now(db, node, node.day_of(now))
        forms = node.catalogue_for(db, period).forms
    found = due_for(forms, period)
    if not found:
        examples = ", ".join(f"{form.code} {EXAMPLES[form.period]}" for form in forms)
        raise NotAsked(period=period, forms=examples)
    valid = [one for one in found if is_valid(*one)]
    if not valid:
        check_valid(*found[0])
    return valid
