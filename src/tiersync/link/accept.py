"""Whether an envelope that came over a link is taken: its seal, its body, and whether its origin may say this."""

from typing import NamedTuple

from tiersync.errors import BadMessage, BadSeal, UnknownUnit
from tiersync.link.keyring import Chartered, Keyring, Stamp
from tiersync.link.pack import unpack
from tiersync.link.seal import fingerprint, open_text, read_head
from tiersync.model.catalogue import Catalogue
from tiersync.model.charter import Charter
from tiersync.model.envelope import Body, Envelope, Head, is_readable
from tiersync.model.finding import LOCKS, Verdict
from tiersync.model.report import Report
from tiersync.model.unit import Tree


class Taken(NamedTuple):
    """An envelope whose seal holds; `body` is None when this program is too old to read it."""

    head: Head
    body: Body | None
    envelope: Envelope

    @property
    def chartered(self) -> Chartered | None:
        """What the keyring learns from it."""
        if not isinstance(self.body, Charter):
            return None
        return Chartered(self.body, self.head.origin, Stamp(self.head.epoch, self.head.number))


class NotTaken(NamedTuple):
    """Why an envelope was not stored. What is not final is sent again when `needs` is there. `sealed_by` names the
    origin when its seal held all the same: it is owed a verdict."""

    reason: str
    final: bool
    needs: str = ""
    sealed_by: str = ""


class Known(NamedTuple):
    """What the receiver knows when it judges: the charters, the tree, and the catalogue's number (0: none yet)."""

    keyring: Keyring
    tree: Tree
    catalogue: int

    def having(self, taken: Taken) -> "Known":
        """What is known once this was taken: what a batch brings after a catalogue may stand on it."""
        if not isinstance(taken.body, Catalogue) or taken.body.number <= self.catalogue:
            return self
        return self._replace(catalogue=taken.body.number, tree=taken.body.tree)


def judge(envelope: Envelope, known: Known) -> Taken | NotTaken:
    """Decide over one envelope. A charter that is taken joins the keyring at once, so the next may stand on it."""
    head = check_seal(envelope, known)
    if isinstance(head, NotTaken):
        return head
    try:
        body = unpack(envelope.body, head) if is_readable(head) else None
    except BadMessage:
        return NotTaken("bad_seal", final=True)
    if body is not None and not may_say(head, body, known):
        return NotTaken("not_yours", final=True, sealed_by=head.origin)
    taken = Taken(head, body, envelope)
    known.keyring.add(taken.chartered)
    return taken


def check_seal(envelope: Envelope, known: Known) -> Head | NotTaken:
    """The head of an envelope, if a key in force made its seal."""
    try:
        head = read_head(envelope.seal)
        if head.catalogue > known.catalogue and head.kind != "catalogue":
            return NotTaken("needs", final=False, needs=f"catalogue:{head.catalogue}")
        key = known.keyring.key_of(head.origin, head.epoch, head.number) or _own_word(head, known)
        if key is None:
            return _without_key(head, known)
        open_text(envelope.seal, key, f"envelope {head.id}")
    except BadSeal:
        return NotTaken("bad_seal", final=True)
    return head


def _without_key(head: Head, known: Known) -> NotTaken:
    """A unit whose epoch nobody here has heard of may only lack a charter; a closed or unfitting one is refused."""
    if head.epoch > known.keyring.epoch(head.origin):
        return NotTaken("needs", final=False, needs=f"charter:{head.origin}")
    return NotTaken("unknown_key", final=True)


def _own_word(head: Head, known: Known) -> str | None:
    """The top renews its own epoch with the key it already has; everybody else's charter comes from above."""
    if head.kind != "charter" or head.origin != known.tree.top:
        return None
    return known.keyring.speaking_key(head.origin)


def may_say(head: Head, body: Body, known: Known) -> bool:
    """Whether the origin of this head may say this body. A report is its who stood above the unit at its period's end;
    of whatever else is said of units that moved, those who stand above them and those who ever did may say it."""
    if isinstance(body, Report):
        return _may_say_by(known.tree.placed_on(body.period.last_day), head, body, known)
    return any(_may_say_by(tree, head, body, known) for tree in known.tree.placements)


def _may_say_by(tree: Tree, head: Head, body: Body, known: Known) -> bool:
    try:
        return _may_say(head, body, known._replace(tree=tree))
    except UnknownUnit:
        return False


def _may_say(head: Head, body: Body, known: Known) -> bool:
    stamp, keyring, tree = Stamp(head.epoch, head.number), known.keyring, known.tree
    match body.kind:
        case "report" | "receipt":
            return keyring.may_speak_for(head.origin, body.unit, tree, stamp)
        case "charter":
            return _may_charter(head, body, known)
        case "notice":
            return body.issued_by == head.origin
        case "catalogue":
            return head.origin == body.top == tree.top
        case "finding":
            return tree.is_within(body.node, head.origin)
        case "verdict":
            return tree.is_within(body.to, head.origin) and (
                not body.is_of_reports or _may_judge(head.origin, body, keyring, tree, stamp)
            )
        case "request" if body.asks == "send_again":
            return tree.is_within(body.to, head.origin)
        case "request":
            return tree.is_within(head.origin, body.to) and all(
                keyring.may_speak_for(head.origin, named.unit, tree, stamp) for named in body.reports
            )


def _may_judge(origin: str, verdict: Verdict, keyring: Keyring, tree: Tree, stamp: Stamp) -> bool:
    """Reports are judged by the node right above the one that filed them; what a node files for units that have none it
    judges itself, and so does the top. Locks are anybody's above."""
    filed = (keyring.filed_by(verdict.to, named.unit, tree, (origin, stamp)) for named in verdict.reports)
    if not all(filed):
        return False
    if origin == verdict.to:
        is_own = any(named.unit == origin for named in verdict.reports)
        return verdict.verdict != "received" and (origin == tree.top or not is_own)
    above = tree[verdict.to].parent
    is_right_above = above is not None and keyring.may_speak_for(origin, above, tree, stamp)
    return verdict.verdict in LOCKS or is_right_above


def _may_charter(head: Head, charter: Charter, known: Known) -> bool:
    if charter.unit == head.origin:
        return head.origin == known.tree.top and charter.event == "renew"
    parent = known.tree[charter.unit].parent
    return parent is not None and known.keyring.may_speak_for(
        head.origin, parent, known.tree, Stamp(head.epoch, head.number)
    )


def judge_first(envelope: Envelope, top_fingerprint: str) -> Taken:
    """The top's own charter, with which every chain begins: sealed by the key it names, for which the invitation
    vouched."""
    head = read_head(envelope.seal)
    charter = unpack(envelope.body, head)
    if not isinstance(charter, Charter) or charter.unit != head.origin or fingerprint(charter.key) != top_fingerprint:
        raise BadSeal(what="the top's charter is not the one the invitation vouched for")
    open_text(envelope.seal, charter.key, "the top's charter")
    return Taken(head, charter, envelope)
