"""A list of reports that is longer than a message goes on in the next turns, a part at a time."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple, Protocol, TypeVar

from tiersync.link.dialogue.messages import MOST_LISTED, Exchanged, Listed, ListedUpTo

Place = tuple[str, ...]  # of a report in a list: form, period, unit, part
FROM_THE_BEGINNING: Place = ()


class Placed(Protocol):
    """Whatever names one report."""

    @property
    def form(self) -> str: ...
    @property
    def period(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def part(self) -> str: ...


One = TypeVar("One", bound=Placed)


def place_of(one: Placed) -> Place:
    """Where a report stands in a list."""
    return (one.form, one.period, one.unit, one.part)


def next_part(reports: Iterable[One], after: ListedUpTo | None) -> Iterator[One]:
    """As many reports as one message lists, in order, from the one behind `after` on."""
    begin = place_of(after) if after else FROM_THE_BEGINNING
    return islice((one for one in sorted(reports, key=place_of) if place_of(one) > begin), MOST_LISTED)


class ListRest(NamedTuple):
    """What of a list was not heard yet: what stands behind `after`, of these forms and periods."""

    after: ListedUpTo
    named: tuple[tuple[str, str], ...]


class ListPart(NamedTuple):
    """What one answer lists: everything that the parent holds behind one place, up to another or to the end."""

    listed: Sequence[Listed]
    after: Place
    up_to: Place | None

    def covers(self, one: Placed) -> bool:
        """Whether this report would be listed here if the parent held it."""
        return self.after < place_of(one) and (self.up_to is None or place_of(one) <= self.up_to)

    def touches(self, named: tuple[str, str]) -> bool:
        """Whether reports of this form and period would be."""
        return self.after[:2] <= named and (self.up_to is None or named <= self.up_to[:2])


def part_heard(answer: Exchanged, rest: ListRest | None) -> ListPart:
    """What an answer lists. One as long as a message allows may go on; what was listed before says nothing new, so
    that a list which only repeats itself ends here."""
    after = place_of(rest.after) if rest else FROM_THE_BEGINNING
    listed = [one for one in answer.listed if place_of(one) > after]
    goes_on = len(answer.listed) >= MOST_LISTED
    return ListPart(listed, after, max(map(place_of, listed), default=after) if goes_on else None)


def rest_of(answer: Exchanged, part: ListPart) -> ListRest | None:
    """What the list has behind this part; None at its end."""
    if part.up_to is None or part.up_to == part.after:
        return None
    form, period, unit, place = part.up_to
    named = [(one.form, one.period) for one in answer.differs if (one.form, one.period) >= (form, period)]
    return ListRest(ListedUpTo(form=form, period=period, unit=unit, part=place), tuple(named))
