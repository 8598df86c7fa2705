"""Inviting a unit, welcoming its node, and closing its link: the parent's part of joining."""

from datetime import datetime
from secrets import token_urlsafe

from tiersync.errors import BadSeal, MayNotInvite, UnknownName
from tiersync.flow.exchange.receiving import catalogue_envelopes, chain_of
from tiersync.flow.exchange.report_up import report_up
from tiersync.flow.exchange.sealing import send
from tiersync.flow.exchange.two_machines import one_place_again
from tiersync.flow.joining.door import note_in_audit, note_stranger, refusal
from tiersync.flow.node import Node
from tiersync.flow.notices.notice import acknowledge_all
from tiersync.link.dialogue.messages import Join, Joined, Message, Refusal
from tiersync.link.keyring import Chartered, Keyring, key_changed
from tiersync.link.life import LinkStep
from tiersync.link.routes import concerns
from tiersync.link.seal import fingerprint, public_of
from tiersync.link.token import VALID_FOR, Token
from tiersync.link.wire import open_message
from tiersync.model.canonical import digest
from tiersync.model.charter import Charter
from tiersync.model.envelope import Envelope
from tiersync.store.database import Connection
from tiersync.store.links.charters import charter_envelopes, keep_charter, load_keyring
from tiersync.store.links.envelopes import last_number, read_body
from tiersync.store.links.invitations import invitation, invite, use_invitation, void_invitations
from tiersync.store.links.links import find_link, link_to, note_audit, open_link, step_link
from tiersync.store.links.outbox import begin_anew, queue, settle_held
from tiersync.store.locks import hold_node
from tiersync.store.notices import all_notices, readable
from tiersync.store.reports.reports import current_reports

MOST_NAMED = 2000  # reports that a welcome names as held from before

Reply = tuple[Joined | Refusal, tuple[Envelope, ...]]


def make_invitation(node: Node, unit: str, url: str, now: datetime) -> Token:
    """A token for one unit, valid for seven days; raises MayNotInvite with the reason."""
    with node.store.write() as db:
        keyring = load_keyring(db)
        _check_invitable(node, db, keyring, unit)
        top = node.catalogue(db).top
        first = next(c for c in _charters_of(db, top) if c.event == "open")
        token = Token(
            url=url, parent=node.home, unit=unit, secret=token_urlsafe(24), expires=now + VALID_FOR,
            top=fingerprint(first.key), parent_key=public_of(node.keys.private),
        )  # fmt: skip
        invite(db, token.secret_digest, unit, token.expires)
        note_audit(db, now, unit, "invited", f"until {token.expires:%Y-%m-%d}")
    return token


def _charters_of(db: Connection, unit: str) -> list[Charter]:
    return [body for e in charter_envelopes(db, unit) if isinstance(body := read_body(e), Charter)]


def _check_invitable(node: Node, db: Connection, keyring: Keyring, unit: str) -> None:
    tree = node.tree(db)
    if unit == node.home or not tree.is_within(unit, node.home):
        raise MayNotInvite(unit=unit, why=f"it does not lie below {node.home} in the tree (tiersync units show)")
    between = next((u for u in tree.path(unit)[1:] if u != node.home and keyring.has_node(u)), None)
    if between and tree.is_within(between, node.home):
        raise MayNotInvite(unit=unit, why=f"{between} has a node of its own and lies in between; invite it there")
    below = [u for u in tree.below(unit) if find_link(db, u) is not None and keyring.has_node(u)]
    if below and not keyring.has_node(unit):
        raise MayNotInvite(unit=unit, why=f"{', '.join(below)} below it are linked here; revoke them first")


def welcome(node: Node, said: Join, message: Message, now: datetime) -> Reply:
    """Let a unit's node in if its invitation holds, and tell it everything it needs to check what comes later."""
    with node.store.read() as db:
        reason = _why_not(db, said, message, now)
    if reason:
        return _turn_away(node, said, reason, now)
    with node.store.write_link(said.unit) as db:
        hold_node(db)
        reason = _why_not(db, said, message, now)  # Another may have used it in between.
        if not reason:
            return _let_in(db, node, said, now)
    return _turn_away(node, said, reason, now)


def _turn_away(node: Node, said: Join, reason: str, now: datetime) -> Reply:
    """Refuse a join. Who has no invitation of this node is a stranger and writes nothing."""
    with node.store.read() as db:
        held = invitation(db, digest(said.secret.encode()))
    if held is None:
        note_stranger(node, "unknown", now)
    else:
        note_in_audit(node, held.unit, f"join:{reason}", f"{said.unit} {fingerprint(said.key)[:16]}", now)
    return refusal(node, said.unit, 0, "invitation", reason), ()


def _let_in(db: Connection, node: Node, said: Join, now: datetime) -> Reply:
    """Use the invitation up, charter the unit's key, and gather what it needs."""
    use_invitation(db, digest(said.secret.encode()), said.unit, said.key)
    before = tuple(
        f"{row.form} {row.period} {row.part} r{row.revision}"
        for row in current_reports(db) if row.unit == said.unit
    )[:MOST_NAMED]  # fmt: skip
    latest = load_keyring(db).latest(said.unit)
    if latest is None or latest.charter.event == "close" or latest.charter.key != said.key:
        _charter(db, node, said, latest, now)
    elif find_link(db, said.unit) is None:
        _begin_link(db, said.unit)
    envelopes = _all_it_needs(db, node, said.unit)
    note_audit(db, now, said.unit, "joined", fingerprint(said.key)[:16])
    joined = Joined(
        unit=node.home, link_epoch=link_to(db, said.unit).epoch, catalogue=node.catalogue(db).number,
        charters=len(envelopes) - 1, held_before=before,
    )  # fmt: skip
    return joined, envelopes


def _begin_link(db: Connection, unit: str) -> None:
    """A link to a node that has nothing yet: everything that is for its unit goes to it."""
    link = find_link(db, unit)
    open_link(db, unit, "child", epoch=(link.epoch if link else 0) + 1)
    begin_anew(db, unit)
    settle_held(db, unit, ())


def _why_not(db: Connection, said: Join, message: Message, now: datetime) -> str:
    """The true reason to refuse a join, '' when there is none."""
    held = invitation(db, digest(said.secret.encode()))
    if held is None:
        return "unknown"
    if held.unit != said.unit:
        return "other_unit"
    if held.key not in (None, said.key):
        return "used"
    if held.key is None and now > datetime.fromisoformat(held.expires_at):
        return "expired"
    try:
        open_message(message, said.key)
    except BadSeal:
        return "bad_seal"
    return ""


def _charter(db: Connection, node: Node, said: Join, latest: Chartered | None, now: datetime) -> None:
    """Close the key that was there before, and give the unit's node its new one."""
    tenure = latest.charter.tenure if latest else 0
    epoch = latest.charter.epoch if latest else 0
    if latest and latest.charter.event != "close":
        tenure += 1
        _send_charter(db, node, _closing(db, latest.charter, tenure), now)
    charter = Charter(
        unit=said.unit, event="open", key=said.key, epoch=epoch + 1, tenure=tenure + 1, countersigned=said.countersigned
    )
    one_place_again(db, node, said.unit, now)
    _begin_link(db, said.unit)
    _send_charter(db, node, charter, now)
    changed = key_changed(latest.charter, charter, node.home) if latest else None
    if changed:
        report_up(db, node, [changed], now)


def _closing(db: Connection, charter: Charter, tenure: int) -> Charter:
    """The word that ends a key: nothing counts that it seals after what is held here."""
    *earlier, last = (last_number(db, charter.unit, epoch) for epoch in range(1, charter.epoch + 1))
    ends = {"event": "close", "last_number": last, "earlier": tuple(earlier), "tenure": tenure, "countersigned": None}
    return charter.model_copy(update=ends)


def _send_charter(db: Connection, node: Node, charter: Charter, now: datetime) -> None:
    keep_charter(db, send(db, node, charter, now), charter, now)


def _all_it_needs(db: Connection, node: Node, unit: str) -> tuple[Envelope, ...]:
    """Charters from the top down to the newcomer, then the catalogues; notices that concern it wait in its outbox."""
    tree = node.tree(db)
    for row, notice in readable(db, all_notices(db)):
        if concerns(notice, unit, tree):
            queue(db, unit, [(row.envelope, "notice")])
    return (*chain_of(db, node, unit), *catalogue_envelopes(db))


def revoke(node: Node, unit: str, now: datetime) -> None:
    """Close a child's link: its key is refused from its next message on."""
    with node.store.write_link(unit) as db:
        hold_node(db)
        link, latest = find_link(db, unit), load_keyring(db).latest(unit)
        if link is None or link.role != "child" or latest is None or latest.charter.event == "close":
            raise UnknownName(what="link", name=unit, hint="See: tiersync link list")
        _send_charter(db, node, _closing(db, latest.charter, latest.charter.tenure + 1), now)
        step_link(db, unit, LinkStep.REVOKE)
        void_invitations(db, unit)
        acknowledge_all(db, node, now)  # From now on this node answers for the unit.
        note_audit(db, now, unit, "revoked")
