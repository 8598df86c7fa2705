"""Keys in force: which node speaks for which unit, read from the charters that are held."""

from collections.abc import Iterable
from typing import NamedTuple

from tiersync.model.charter import Charter
from tiersync.model.unit import Tree


class Stamp(NamedTuple):
    """Where an envelope stands among its origin's own: orders what one node said."""

    epoch: int
    number: int


class Chartered(NamedTuple):
    """A charter with the node that sealed it and where it stands among that node's envelopes."""

    charter: Charter
    issuer: str
    stamp: Stamp


class Keyring:
    """Every charter held, and what seals and reports ask of them. Validity goes by number, never by date."""

    def __init__(self, held: Iterable[Chartered] = ()) -> None:
        self._of: dict[str, list[Chartered]] = {}
        for chartered in held:
            self.add(chartered)

    def add(self, chartered: Chartered) -> None:
        """One more charter; adding it twice changes nothing."""
        of_unit = self._of.setdefault(chartered.charter.unit, [])
        if chartered not in of_unit:
            of_unit.append(chartered)
            of_unit.sort(key=lambda held: (held.charter.tenure, held.charter.epoch))

    def key_of(self, unit: str, epoch: int, number: int) -> str | None:
        """The public key that seals `unit`'s envelope of that number; None when no charter covers it."""
        held = [c.charter for c in self._of.get(unit, ()) if c.charter.epoch == epoch]
        for charter in held:
            if charter.event == "close" and charter.last_number is not None and number > charter.last_number:
                return None
        return next((c.key for c in held if c.event != "close" and number >= c.from_number), None)

    def speaking_key(self, unit: str) -> str | None:
        """The key with which `unit`'s node seals its messages today; None when it has no node."""
        latest = self.latest(unit)
        return latest.charter.key if latest and latest.charter.event != "close" else None

    def latest(self, unit: str) -> Chartered | None:
        """The last word about `unit`'s node."""
        of_unit = self._of.get(unit)
        return of_unit[-1] if of_unit else None

    def has_node(self, unit: str) -> bool:
        return self.speaking_key(unit) is not None

    def nodes(self) -> list[str]:
        """Every unit that has a node of its own, in order of code."""
        return sorted(unit for unit in self._of if self.has_node(unit))

    def tenure(self, unit: str) -> int:
        """How many charters opened or closed this unit's own node so far."""
        latest = self.latest(unit)
        return latest.charter.tenure if latest else 0

    def epoch(self, unit: str) -> int:
        """The highest epoch given to `unit`'s node."""
        return max((held.charter.epoch for held in self._of.get(unit, ())), default=0)

    def nearest_node(self, unit: str, tree: Tree) -> str | None:
        """The unit whose node answers for `unit`: its own, else the first above that has one."""
        return next((upper for upper in tree.path(unit) if self.has_node(upper)), None)

    def answered_by(self, home: str, tree: Tree) -> list[str]:
        """`home` and every unit below it that no charter in force gives to another node; parents first."""
        answered = [home]
        for unit in tree.below(home):
            if tree[unit].parent in answered and not self.has_node(unit):
                answered.append(unit)
        return answered

    def may_speak_for(self, origin: str, unit: str, tree: Tree, stamp: Stamp) -> bool:
        """Whether `origin` could seal for `unit` when it sealed the envelope of that stamp."""
        if not tree.is_within(unit, origin):
            return False
        between = tree.path(unit)[: tree.path(unit).index(origin)]
        return not any(self._had_node(unit, origin, stamp) for unit in between)

    def _had_node(self, unit: str, origin: str, stamp: Stamp) -> bool:
        """A charter that `origin` itself sealed counts from its own stamp on; anybody else's counts always."""
        known = [held for held in self._of.get(unit, ()) if held.issuer != origin or held.stamp < stamp]
        return bool(known) and known[-1].charter.event != "close"
