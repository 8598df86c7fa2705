"""Whether a stored envelope is still what its origin sealed."""

from tiersync.errors import BadMessage, BadSeal
from tiersync.link.keyring import Keyring
from tiersync.link.pack import unpack
from tiersync.link.seal import open_text, read_head
from tiersync.model.canonical import digest
from tiersync.model.envelope import Envelope, Head
from tiersync.model.report import Report


def head_that_fits(envelope: Envelope | None, id_: str) -> Head | None:
    """The head of a stored envelope, if its bytes are those that it names under this id; None if they are not."""
    try:
        head = read_head(envelope.seal) if envelope else None
    except BadSeal:
        return None
    fits = head and envelope and head.id == id_ and digest(envelope.body) == head.digest
    return head if fits else None


def is_sound(envelope: Envelope | None, id_: str, keyring: Keyring) -> bool:
    """Whether the bytes fit their head, and a key of their epoch made the seal. Whether that key was in force for this
    number was judged when it came."""
    head = head_that_fits(envelope, id_)
    if head is None or envelope is None:
        return False
    return any(_opens(envelope.seal, key) for key in keyring.keys_in(head.origin, head.epoch))


def _opens(seal: str, key: str) -> bool:
    try:
        return bool(open_text(seal, key, "a stored envelope"))
    except BadSeal:
        return False


def read_altered(envelope: Envelope) -> Report | None:
    """What damaged bytes say, if they can still be read: it is shown, and never counted."""
    try:
        now = {"size": len(envelope.body), "digest": digest(envelope.body)}
        body = unpack(envelope.body, read_head(envelope.seal).model_copy(update=now))
    except (BadMessage, BadSeal):
        return None
    return body if isinstance(body, Report) else None
