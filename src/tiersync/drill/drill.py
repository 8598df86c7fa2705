"""One seed played: a year without faults, the same year with them, and what the second lacks of the first."""

import traceback
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random
from typing import NamedTuple

from tiersync.drill.acts import Act, Pushes
from tiersync.drill.compare import NO_DIFFERENCE, Differs, Ended, Held, compare, ended, held_by_each
from tiersync.drill.network import Befell, open_network
from tiersync.drill.plan import troubled, work
from tiersync.drill.play import QUIET, Play
from tiersync.drill.world import ALL_BY_CHANCE, DrillScope, World, make_world
from tiersync.flow.node import Progress, be_quiet
from tiersync.model.canonical import digest
from tiersync.model.finding import Finding

SHORT = DrillScope((2, 2, 2), 2, ("damage", "kill", "line", "restore"))  # the offices of the demo, for half a year


class Drilled(NamedTuple):
    """What came of a seed: what befell how many nodes, how often they exchanged, how many reports, notices and receipts
    were compared, how many findings of damage were opened at all tiers and how many of them are closed, how many quiet
    days it took, and what differs from the quiet run. `broken` is a fault of tiersync itself; `told` is all that
    happened, a line each."""

    seed: int
    nodes: int
    met: Counter[str]
    exchanges: int
    compared: int
    opened: int
    closed: int
    rounds: int
    differs: Differs
    broken: str
    told: tuple[str, ...]
    befell: tuple[Befell, ...]
    names: dict[str, str]

    @property
    def is_well(self) -> bool:
        return not any(self.differs) and not self.broken

    @property
    def trace(self) -> str:
        """A digest of all that happened: a replay has the same."""
        return digest("\n".join([*self.told, *(line for lines in self.differs for line in lines)]).encode())


def drill(seed: int, root: Path, scope: DrillScope = ALL_BY_CHANCE, progress: Progress = be_quiet) -> Drilled:
    """Play a seed in an empty folder, which is left as the drill ended."""
    world = make_world(Random(f"{seed} world"), scope)
    quiet = play_quietly(seed, root / "quiet", world)
    play = Play(open_network(root / "troubled", world, seed), progress)
    return play_against(quiet, play, troubled(seed, world, scope.kinds))


def play_quietly(seed: int, root: Path, world: World) -> Mapping[str, Held]:
    """What each node holds after the year without any fault. Days on which nothing but a push happens are skipped: what
    would be pushed on the way is pushed at the end."""
    play = Play(open_network(root, world, seed))
    play.act([act for act in work(seed, world) if not isinstance(act, Pushes)])
    play.calm_down(QUIET)
    play.quiet_day()
    held = held_by_each(play.network)
    play.network.stop()
    return held


def play_against(quiet: Mapping[str, Held], play: Play, acts: Sequence[Act]) -> Drilled:
    """The year with its faults, and how it ends beside the quiet one."""
    network = play.network
    differs, altered, broken = NO_DIFFERENCE, list[Finding](), ""
    try:
        play.act(acts)
        end = _end(play)
        differs, altered = compare(quiet, end, network, play.harmed), end.altered
    except Exception:  # A fault of tiersync itself is what a drill looks for.
        network.stop()
        broken = traceback.format_exc()
    return Drilled(
        network.seed, len(network.machines), play.counted(), network.exchanges, sum(map(len, quiet.values())),
        len(altered), sum(not one.open for one in altered), play.rounds, differs, broken, tuple(play.noted),
        tuple(network.befell), {unit.code: unit.name for unit in network.world.units},
    )  # fmt: skip


def _end(play: Play) -> Ended:
    play.calm_down(QUIET)
    play.quiet_time()
    found = ended(play.network)
    play.network.stop()
    return found
