"""Keys in force: which node speaks for which unit, read from the charters that are held."""

from collections.abc import Iterable
from typing import NamedTuple

from tiersync.errors import BadSeal
from tiersync.link.seal import fingerprint, open_text
from tiersync.model.charter import Charter
from tiersync.model.finding import Finding
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


def _place(held: Chartered) -> tuple[int, int]:
    return held.charter.tenure, held.charter.epoch


class Keyring:
    """Every charter held, and the questions that seals and reports ask of them. Validity goes by number, never date."""

    def __init__(self, held: Iterable[Chartered] = ()) -> None:
        self._of: dict[str, list[Chartered]] = {}
        for chartered in held:
            self.add(chartered)

    def add(self, chartered: Chartered | None) -> None:
        """One more charter; adding it twice, or none, changes nothing."""
        if chartered is None:
            return
        of_unit = self._of.get(chartered.charter.unit, [])
        if chartered not in of_unit:
            self._of[chartered.charter.unit] = sorted([*of_unit, chartered], key=_place)

    def copy(self) -> "Keyring":
        """Another keyring with the same charters, to which others may be added."""
        other = Keyring()
        other._of.update(self._of)
        return other

    def key_of(self, unit: str, epoch: int, number: int) -> str | None:
        """The public key that seals `unit`'s envelope of that number; None when no charter covers it."""
        of_unit = [held.charter for held in self._of.get(unit, ())]
        if any(charter.ends(epoch, number) for charter in of_unit):
            return None
        in_force = (c for c in of_unit if c.epoch == epoch and c.event != "close" and number >= c.from_number)
        return next((charter.key for charter in in_force), None)

    def keys_in(self, unit: str, epoch: int) -> set[str]:
        """The keys with which `unit`'s node ever sealed in this epoch, in force or not."""
        return {held.charter.key for held in self._of.get(unit, ()) if held.charter.epoch == epoch}

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

    def tenure(self, unit: str, tree: Tree) -> int:
        """How many charters opened or closed the node of this unit, or of one above it, so far, and how often one of
        them moved by this tree: any of it may have changed who files for it, and the next filer outranks the last."""
        path = tree.path(unit)
        charters = sum(latest.charter.tenure for upper in path if (latest := self.latest(upper)))
        return charters + sum(tree[upper].moves for upper in path)

    def epoch(self, unit: str) -> int:
        """The highest epoch given to `unit`'s node."""
        return max((held.charter.epoch for held in self._of.get(unit, ())), default=0)

    def nearest_node(self, unit: str, tree: Tree) -> str | None:
        """The unit whose node answers for `unit`: its own, else the first above that has one."""
        return next((upper for upper in tree.path(unit) if self.has_node(upper)), None)

    def answered_by(self, home: str, tree: Tree) -> list[str]:
        """`home` and every unit below it that no charter in force gives to another node; parents first. None where the
        tree does not have `home`, as before it began or after it was closed."""
        answered = {home: None} if home in tree else {}
        for unit in tree.below(home):
            if tree[unit].parent in answered and not self.has_node(unit):
                answered[unit] = None
        return list(answered)

    def may_speak_for(self, origin: str, unit: str, tree: Tree, stamp: Stamp) -> bool:
        """Whether `origin` could seal for `unit` when it sealed the envelope of that stamp."""
        if not tree.is_within(unit, origin):
            return False
        moment = _Moment(origin, stamp, frozenset(tree.path(unit)[: tree.path(unit).index(origin)]))
        return not any(self._had_node(between, moment) for between in moment.between)

    def filed_by(self, filer: str, unit: str, tree: Tree, said: tuple[str, Stamp]) -> bool:
        """Whether `filer`'s node filed for `unit`, as far as the origin of an envelope knew when it sealed that one:
        no unit from there up to the filer had a node of its own."""
        path, (origin, stamp) = tree.path(unit), said
        if filer not in path or origin not in path:
            return False
        moment = _Moment(origin, stamp, frozenset(path[: path.index(origin)]))
        return not any(self._had_node(between, moment) for between in path[: path.index(filer)])

    def _had_node(self, unit: str, moment: "_Moment") -> bool:
        known = [held for held in self._of.get(unit, ()) if self._was_said(held, moment)]
        return bool(known) and known[-1].charter.event != "close"

    def _was_said(self, held: Chartered, moment: "_Moment") -> bool:
        """A charter that the origin itself sealed counts from its own stamp on; that of a node in between only after
        the origin had chartered that node; anybody else's counts always."""
        if held.issuer == moment.origin:
            return held.stamp < moment.stamp
        if held.issuer not in moment.between or held.issuer == held.charter.unit:
            return True
        return any(self._was_said(earlier, moment) for earlier in self._of.get(held.issuer, ()))


def key_changed(before: Charter, after: Charter, issuer: str) -> Finding | None:
    """A change of a node's key that its old key did not countersign: a finding until a person settles it."""
    if before.key == after.key or after.event == "close" or _countersigned(after, before.key):
        return None
    return Finding(
        level="link", reason="key_changed", node=issuer, unit=after.unit,
        sent=fingerprint(after.key)[:16], held=fingerprint(before.key)[:16],
    )  # fmt: skip


def _countersigned(charter: Charter, old_key: str) -> bool:
    try:
        return open_text(charter.countersigned or "", old_key, "countersignature") == charter.key.encode()
    except BadSeal:
        return False


class _Moment(NamedTuple):
    """When `origin` sealed an envelope, and the units between it and the one that the envelope speaks for."""

    origin: str
    stamp: Stamp
    between: frozenset[str]
