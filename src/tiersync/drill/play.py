"""Playing a plan: the clock jumps from act to act, and what came of each is told in a line that a replay repeats."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tiersync.drill.acts import (
    Act,
    Copies,
    Damages,
    Dies,
    Fills,
    Leaves,
    Lies,
    Publishes,
    Pushes,
    PutsBack,
    Reads,
    Reviews,
    Says,
    Worsens,
)  # fmt: skip
from tiersync.drill.damage import Harm, damage
from tiersync.drill.machine import Death, Killed
from tiersync.drill.network import Network
from tiersync.drill.office import (
    NOTHING,
    Work,
    accept_all,
    as_job,
    publish_once,
    pull_and_acknowledge,
    push_declared,
    read_all,
)
from tiersync.drill.world import BEGAN
from tiersync.errors import TiersyncError
from tiersync.flow.node import Progress, be_quiet

ONE_HOUR, QUIET_DAY = timedelta(hours=1), timedelta(hours=25)
PATIENCE = 2  # times that a push which failed is tried again, an hour later each
QUIET = BEGAN + timedelta(days=400)  # By then no clock was ever ahead of the true time.
MOST_ROUNDS = 12
FEWEST_ROUNDS = 2
PUSH, PULL = as_job("push", push_declared), as_job("pull", pull_and_acknowledge)


@dataclass
class Play:
    """A network, what was done in it so far, and what is left to do."""

    network: Network
    progress: Progress = be_quiet
    noted: list[str] = field(default_factory=list)
    harmed: list[Harm] = field(default_factory=list)
    to_publish: list[Publishes] = field(default_factory=list)
    readers: list[str] = field(default_factory=list)
    rounds: int = 0

    def act(self, acts: Sequence[Act]) -> None:
        """Do what was planned, in its order; time never goes back."""
        for done, act in enumerate(acts, 1):
            self.progress("year", done, len(acts))
            self.network.now = max(self.network.now, act.at)
            DO[type(act)](self, act)

    def note(self, unit: str, what: object) -> None:
        self.noted.append(f"{self.network.now:%m-%d %H:%M} {unit} {what}")

    def says(self, act: Says) -> None:
        self.network.declare(act.declared)

    def pushes(self, act: Pushes) -> None:
        """A node pushes, and tries again as its host would."""
        for _ in range(1 + PATIENCE):
            if self.work(act.unit, PUSH):
                return
            self.network.now += ONE_HOUR

    def work(self, unit: str, do: Callable[[Work], tuple[str, bool]]) -> bool:
        """An office does something; whether all of it could be done."""
        machine = self.network.machines[unit]
        ask = self.network.lines[unit] if self.network.world.above(unit) else None
        try:
            said = self.network.declared.get(unit, [])
            node = machine.node
            process = f"{unit} {machine.starts}"
            told, is_done = do(Work(node, ask, said, machine.clock(self.network.now), process))
        except Killed as killed:
            self.network.die(killed.unit)
            told, is_done = "killed", False
        except TiersyncError as error:
            told, is_done = type(error).__name__, False
        self.note(unit, told)
        return is_done

    def publishes(self, act: Publishes) -> None:
        self.to_publish.append(act)
        self.publish(act)

    def publish(self, act: Publishes) -> None:
        """Whoever means to publish something looks whether it stands in the list, and does it if it does not."""
        self.work(act.unit, lambda work: publish_once(work, act.title))

    def reads(self, act: Reads) -> None:
        self.readers.append(act.unit)
        self.work(act.unit, read_all)

    def reviews(self, act: Reviews) -> None:
        self.work(act.unit, lambda work: accept_all(work, self.network.world.quarters))

    def dies(self, act: Dies) -> None:
        self.network.machines[act.unit].death = Death(act.commit, act.is_after)

    def worsens(self, act: Worsens) -> None:
        self.network.lines[act.unit].bad = act.bad

    def leaves(self, act: Leaves) -> None:
        self.network.note(act.unit, "absence")
        self.network.away[act.unit] = act.until

    def fills(self, act: Fills) -> None:
        if act.is_full:
            self.network.note(act.unit, "full disk")
        self.network.machines[act.unit].is_full = act.is_full

    def copies(self, act: Copies) -> None:
        self.network.machines[act.unit].copy_to(self._copy(act.unit))

    def puts_back(self, act: PutsBack) -> None:
        self.network.note(act.unit, "restore")
        self.network.machines[act.unit].put_back(self._copy(act.unit))
        self.harmed = [harm for harm in self.harmed if harm.node != act.unit]
        self.note(act.unit, "put back")

    def _copy(self, unit: str) -> Path:
        return self.network.root / "copies" / unit

    def lies(self, act: Lies) -> None:
        if act.off_by:
            self.network.note(act.unit, "clock")
        self.network.machines[act.unit].off_by = act.off_by

    def damages(self, act: Damages) -> None:
        harm = damage(self.network.machines[act.unit], act)
        if harm:
            self.network.note(act.unit, harm.how)
            if harm.how in ("row gone", "report gone"):  # What is not there any more cannot be found to be altered.
                self.harmed = [one for one in self.harmed if one.report != harm.report]
            self.harmed.append(harm)
            self.note(act.unit, " ".join(harm[1:]))

    def counted(self) -> Counter[str]:
        """What befell the network, by kind."""
        lines = sum((line.met for line in self.network.lines.values()), Counter[str]())
        return Counter(one.what for one in self.network.befell) + lines

    def calm_down(self, at: datetime) -> None:
        """No more faults: lines are good, clocks right, disks have room, everybody is there."""
        network = self.network
        network.now = max(network.now, at)
        network.away.clear()
        for machine in network.machines.values():
            machine.off_by, machine.is_full, machine.death = timedelta(), False, None
        for line in network.lines.values():
            line.bad = 0.0

    def quiet_time(self) -> None:
        """A day after the other, until nothing moves any more: what was meant to be published and read is, everybody
        takes what came down and pushes."""
        for self.rounds in range(1, MOST_ROUNDS + 1):
            before = len(self.noted)
            self.quiet_day()
            if self.rounds >= FEWEST_ROUNDS and all(line.endswith(f" {NOTHING}") for line in self.noted[before:]):
                return

    def quiet_day(self) -> None:
        """Down the tiers what came, up the tiers what is new."""
        upwards = self.network.world.upwards
        self.network.now += QUIET_DAY
        for unit in reversed(upwards[:-1]):
            self.work(unit, PULL)
        for unit in self.readers:
            self.work(unit, read_all)
        for unit in upwards:
            self.work(unit, PUSH)
        for act in self.to_publish:  # Not before what a restored node lost has had a day to come back.
            self.publish(act)


DO: dict[type, Callable[[Play, Any], None]] = {
    Says: Play.says,
    Pushes: Play.pushes,
    Publishes: Play.publishes,
    Reads: Play.reads,
    Reviews: Play.reviews,
    Dies: Play.dies,
    Worsens: Play.worsens,
    Leaves: Play.leaves,
    Fills: Play.fills,
    Copies: Play.copies,
    PutsBack: Play.puts_back,
    Lies: Play.lies,
    Damages: Play.damages,
}
