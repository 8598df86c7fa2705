"""Everything that will happen in a drill, decided before any of it does; the same seed, the same plan."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import count
from random import Random

from tiersync.drill.acts import Act, Publishes, Pushes, Reads, Reviews, Says
from tiersync.drill.faults import faults
from tiersync.drill.world import BEGAN, World

POLICIES = ("关于做好冬季走访慰问工作的通知", "关于开展敬老月活动的通知", "关于报送季度数据的通知")


def work(seed: int, world: World) -> list[Act]:
    """What the offices do of themselves in a year: say figures, push, publish, read."""
    random = Random(f"{seed} work")
    acts: list[Act] = [Says(one.at, one) for one in world.declared]
    acts += _lowest_push(random, world)
    acts += _upper_push(random, world)
    acts += _policies(random, world)
    acts += _reviews(random, world)
    return in_time(acts)


def troubled(seed: int, world: World, kinds: tuple[str, ...]) -> list[Act]:
    """The same year, with what befalls the machines and lines between."""
    usual = work(seed, world)
    return in_time([*usual, *faults(Random(f"{seed} faults"), world, usual, kinds)])


def in_time(acts: Iterable[Act]) -> list[Act]:
    """Acts in order of time; those of one moment stay in the order in which they were decided."""
    place = count()
    return [act for _, _, act in sorted((act.at, next(place), act) for act in acts)]


def _lowest_push(random: Random, world: World) -> Iterator[Pushes]:
    """Who has nobody below pushes when there is something to say."""
    for one in world.declared:
        if not world.below(one.unit):
            yield Pushes(one.at + timedelta(minutes=random.randint(5, 600)), one.unit)


def _upper_push(random: Random, world: World) -> Iterator[Pushes]:
    """Who has others below pushes when they should have, one tier after the other."""
    for period in world.quarters:
        ended = datetime.fromisoformat(f"{period.last_day}T01:00+00:00")
        for unit in world.upwards:
            if world.below(unit):
                later = timedelta(days=14 - world.depth(unit), minutes=random.randint(0, 600))
                yield Pushes(ended + later, unit)


def _reviews(random: Random, world: World) -> Iterator[Reviews]:
    """Who has others below accepts what came, some time after each quarter; what is said anew afterwards was not
    accepted."""
    for period in world.quarters:
        ended = datetime.fromisoformat(f"{period.last_day}T01:00+00:00")
        for unit in world.upwards:
            if world.below(unit):
                yield Reviews(ended + timedelta(days=random.randint(2, 40), minutes=random.randint(0, 600)), unit)


def _policies(random: Random, world: World) -> Iterator[Act]:
    """Some policies, and who reads them."""
    upper = [unit for unit in world.upwards if world.below(unit)]
    for title in POLICIES[: random.randint(1, len(POLICIES))]:
        at = BEGAN + timedelta(days=random.randint(5, world.days))
        yield Publishes(at, random.choice([world.top, random.choice(upper)]), title)
    for unit in random.sample(world.upwards, k=2):
        yield Reads(BEGAN + timedelta(days=random.randint(world.days // 4, world.days)), unit)
