"""What befalls the machines and lines of a drill: a table of kinds, each decided from the seed."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import cycle, islice
from random import Random
from typing import get_args

from tiersync.drill.acts import (
    Act,
    Copies,
    Damaged,
    Damages,
    Dies,
    Fills,
    Leaves,
    Lies,
    Pushes,
    PutsBack,
    Worsens,
)  # fmt: skip
from tiersync.drill.world import BEGAN, World

FIRST = 12  # days after the beginning; by then the first quarter has ended
A_MOMENT = timedelta(seconds=1)
LATEST_COMMIT = 24  # of a push; one that takes part as the unit above has fewer
LIES = (timedelta(hours=5), timedelta(days=2), timedelta(days=20), timedelta(days=75))
Kind = Callable[[Random, World, Sequence[Act]], Iterator[Act]]


def faults(random: Random, world: World, usual: Sequence[Act], kinds: tuple[str, ...]) -> list[Act]:
    """The faults of one seed, of these kinds; by chance some kinds, or one alone, so that a failing seed says what it
    is about."""
    chosen = kinds or random.sample(sorted(KINDS), k=random.choice((1, 2, 3, len(KINDS))))
    return [fault for kind in sorted(chosen) for fault in KINDS[kind](random, world, usual)]


def some(random: Random, world: World) -> int:
    """How often a fault of one kind comes: more often in a larger network."""
    return random.randint(1, 2 + len(world.units) // 4)


def moment(random: Random, world: World, last: float = 1.0) -> datetime:
    """Some time after the first figures were due, or in the first part of that."""
    days = random.uniform(FIRST, FIRST + (world.days - FIRST) * last)
    return BEGAN + timedelta(minutes=round(days * 24 * 60))


def deaths(random: Random, world: World, usual: Sequence[Act]) -> Iterator[Act]:
    """Machines die at any commit, of a push of their own or while they answer."""
    pushes = [act for act in usual if isinstance(act, Pushes)]
    for push in random.sample(pushes, k=min(len(pushes), 3 * some(random, world))):
        dies = random.choice([push.unit, world.above(push.unit) or push.unit])
        latest = LATEST_COMMIT if dies == push.unit else 8
        yield Dies(push.at - A_MOMENT, dies, random.randint(1, latest), random.random() < 0.5)


def bad_lines(random: Random, world: World, usual: Sequence[Act]) -> Iterator[Act]:
    """Lines lose, double, delay, reorder and cut messages for weeks, or the whole year."""
    for unit in random.sample(world.upwards[:-1], k=min(len(world.units) - 1, 1 + some(random, world))):
        first = moment(random, world, 0.7)
        yield Worsens(first, unit, random.uniform(0.1, 0.7))
        yield Worsens(first + timedelta(days=random.randint(20, 250)), unit, 0)


def absences(random: Random, world: World, usual: Sequence[Act]) -> Iterator[Act]:
    """Nobody reaches an upper node for days or weeks."""
    upper = [unit for unit in world.upwards if world.below(unit)]
    for _ in range(some(random, world)):
        first = moment(random, world)
        yield Leaves(first, random.choice(upper), first + timedelta(days=random.randint(1, 30)))


def full_disks(random: Random, world: World, usual: Sequence[Act]) -> Iterator[Act]:
    """A disk has no room for days."""
    for _ in range(some(random, world)):
        unit, first = random.choice(world.upwards), moment(random, world)
        yield Fills(first, unit, is_full=True)
        yield Fills(first + timedelta(days=random.randint(1, 25)), unit, is_full=False)


def restores(random: Random, world: World, usual: Sequence[Act]) -> Iterator[Act]:
    """A node goes on from a copy that is days or months old, at once or after it called the one above in vain."""
    for _ in range(min(2, some(random, world))):
        unit, copied = random.choice(world.upwards), moment(random, world, 0.7)
        back = copied + timedelta(days=random.randint(2, 90))
        yield Copies(copied, unit)
        yield PutsBack(back, unit)
        above = world.above(unit)
        if above and random.random() < 0.5:
            yield Leaves(back, above, back + timedelta(days=2))
            yield from (Pushes(back + timedelta(hours=hours), unit) for hours in (2, 20))


def lying_clocks(random: Random, world: World, usual: Sequence[Act]) -> Iterator[Act]:
    """A clock is hours to months off, in either direction, and put right later."""
    for _ in range(some(random, world)):
        unit, first = random.choice(world.upwards), moment(random, world)
        off_by = random.choice(LIES) * random.choice((1, -1))
        yield Lies(first, unit, off_by)
        yield Pushes(first + timedelta(hours=1), unit)
        yield Lies(first + timedelta(days=random.randint(1, 30)), unit, timedelta())


def damages(random: Random, world: World, usual: Sequence[Act]) -> Iterator[Act]:
    """What should never happen to sealed reports, in every way by turns."""
    ways = random.sample(get_args(Damaged), k=len(get_args(Damaged)))
    for how in islice(cycle(ways), 2 * some(random, world)):
        yield Damages(moment(random, world), random.choice(world.upwards), how, random.random())


KINDS: dict[str, Kind] = {
    "kill": deaths,
    "line": bad_lines,
    "absence": absences,
    "full disk": full_disks,
    "restore": restores,
    "clock": lying_clocks,
    "damage": damages,
}
