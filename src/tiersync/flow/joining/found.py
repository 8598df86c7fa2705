"""How a node begins: the top founds the network, every other unit joins it."""

from datetime import datetime

from tiersync.errors import BadMessage, BadSeal, DatabaseTaken, JoinRefused, NodeExists, TooNew
from tiersync.flow.exchange.sealing import seal
from tiersync.flow.exchange.take_in import take_in
from tiersync.flow.node import Ask, Keys, Node
from tiersync.link.accept import Known, NotTaken, Taken, judge, judge_first
from tiersync.link.dialogue.messages import Join, Joined, Refusal
from tiersync.link.dialogue.receive import numbered
from tiersync.link.keyring import Keyring
from tiersync.link.pack import unpack
from tiersync.link.refusals import INVITATIONS, REFUSALS
from tiersync.link.seal import public_of, read_head, seal_text
from tiersync.link.token import Token
from tiersync.link.wire import open_message, seal_message
from tiersync.model.catalogue import Catalogue
from tiersync.model.charter import Charter
from tiersync.model.envelope import Envelope, is_readable
from tiersync.model.text import plain
from tiersync.store.catalogues import held_catalogues, keep_catalogue
from tiersync.store.database import Connection, Store
from tiersync.store.facts import recall, remember
from tiersync.store.links.charters import keep_charter, load_keyring
from tiersync.store.links.envelopes import held_ids
from tiersync.store.links.links import change_link, note_audit, open_link
from tiersync.store.locks import hold_node

HOME = "home"


def found(node: Node, catalogue: Catalogue, now: datetime) -> None:
    """The top charters itself and seals catalogue 1; once, however often an interrupted attempt is repeated.

    Raises NodeExists when another network was founded here.
    """
    with node.store.write() as db:
        if held := recall(db, HOME):
            if held != node.home or _first(db, node) != catalogue:
                raise NodeExists(dir=node.store.folder, unit=held)
            if load_keyring(db).speaking_key(held) != public_of(node.keys.private):
                raise DatabaseTaken(held=held)
            return
        remember(db, HOME, node.home)
        charter = Charter(unit=node.home, event="open", key=public_of(node.keys.private), epoch=1, tenure=1)
        stored = seal(db, node, charter, now)
        keep_charter(db, stored.head, charter, now)
        keep_catalogue(db, seal(db, node, catalogue, now).head, catalogue)


def _first(db: Connection, node: Node) -> Catalogue:
    """The catalogue with which this network was founded."""
    return node.read_catalogue(db, held_catalogues(db)[0].envelope)


def ask_to_join(
    keys: Keys, token: Token, ask: Ask, old_key: bytes | None = None
) -> tuple[Joined, tuple[Envelope, ...]]:
    """Present the invitation and this node's key; raises JoinRefused with the parent's reason."""
    public = public_of(keys.private)
    countersigned = seal_text(public.encode(), old_key) if old_key else None
    join = Join(unit=token.unit, to=token.parent, secret=token.secret, key=public, countersigned=countersigned)
    heard = open_message(ask(seal_message(join, keys.private)), token.parent_key)
    if isinstance(heard.said, Refusal):
        detail, reason = heard.said.detail, heard.said.reason
        zh, en = INVITATIONS.get(detail) or plain(detail) if reason == "invitation" else REFUSALS[reason]
        raise JoinRefused(reason_en=en, reason_zh=zh)
    if not isinstance(heard.said, Joined) or heard.said.unit != token.parent:
        raise BadMessage(why="an answer to something else")
    return heard.said, heard.envelopes


def settle_in(
    store: Store, keys: Keys, token: Token, joined: Joined, envelopes: tuple[Envelope, ...], now: datetime
) -> None:
    """Check every charter from the top down, then remember all of it in one transaction.

    What an interrupted attempt has remembered already stays. Raises NodeExists in the folder of another unit's node.
    """
    taken = check_chain(token, envelopes)
    node = Node(token.unit, store, keys)
    with store.write_link(token.parent) as db:
        hold_node(db)
        if (held := recall(db, HOME) or token.unit) != token.unit:
            raise NodeExists(dir=store.folder, unit=held)
        remember(db, HOME, token.unit)
        open_link(db, token.parent, "parent", token.url, joined.link_epoch)
        _remember_catalogue(db, taken)
        known = held_ids(db, [t.head.id for t in taken])
        take_in(db, node, [t for t in taken if t.head.id not in known], token.parent, now)
        change_link(db, token.parent, url=token.url)
        note_audit(db, now, token.parent, "joined", "; ".join(joined.held_before)[:400])


def _remember_catalogue(db: Connection, taken: list[Taken]) -> None:
    for t in taken:
        if isinstance(t.body, Catalogue):
            keep_catalogue(db, t.head, t.body)


def _check_readable(envelopes: tuple[Envelope, ...]) -> None:
    """A welcome has to be read at once; raises TooNew when it was written by a newer program."""
    for head in (read_head(envelope.seal) for envelope in envelopes):
        if not is_readable(head):
            raise TooNew(what=f"{head.kind} {head.version}")


def check_chain(token: Token, envelopes: tuple[Envelope, ...]) -> list[Taken]:
    """Every envelope of a welcome, checked: the top's charter against the invitation, everything else against charters
    that were checked before it. Raises BadSeal for a chain that does not hold."""
    _check_readable(envelopes)
    if len(envelopes) < 3:
        raise BadSeal(what="a welcome without charters")
    first = judge_first(envelopes[0], token.top)
    catalogue = unpack(envelopes[-1].body, read_head(envelopes[-1].seal))
    if not isinstance(catalogue, Catalogue) or catalogue.top != first.head.origin:
        raise BadSeal(what="a welcome without the top's catalogue")
    known = Known(Keyring(), catalogue.tree, catalogue.number)
    known.keyring.add(first.chartered)
    outcomes = [judge(envelope, known) for envelope in envelopes[1:]]
    refused = next((o for o in outcomes if isinstance(o, NotTaken)), None)
    if refused:
        raise BadSeal(what=f"a charter of the welcome ({refused.reason})")
    taken = [first, *(o for o in outcomes if isinstance(o, Taken))]
    if token.unit not in known.keyring.nodes():
        raise BadSeal(what=f"a welcome without a charter for {token.unit}")
    return list({numbered(t.head): t for t in taken}.values())
