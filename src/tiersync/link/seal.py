"""Seals: Ed25519 signatures as compact JWS (RFC 7515), with the one algorithm name of RFC 9864.

The older name `EdDSA` is deprecated and refused. Keys come in as 32 raw bytes; nothing here makes or keeps one.
"""

import base64
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from pydantic import ConfigDict, ValidationError

from tiersync.errors import BadSeal
from tiersync.model.canonical import digest, holds_nul, spell
from tiersync.model.envelope import Head, is_readable

ALGORITHM = "Ed25519"
LONGEST_SEAL = 4 * 1024  # characters of an envelope's seal; a head is some 600 of them.
LONGEST_SAID = 2 * 2**20  # characters of a message's seal; one that names everything it may stays below.


def text_of(raw: bytes) -> str:
    """Raw key bytes as base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def raw_of(text: str) -> bytes:
    """The bytes written as base64url without padding; raises ValueError."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class LongMessages(jws.JWSRegistry):
    """What joserfc opens, up to our longest message; left to itself it opens no more than 126 kB."""

    max_payload_length = LONGEST_SAID


OURS = LongMessages(algorithms=[ALGORITHM])


@lru_cache(maxsize=64)
def _private(raw: bytes) -> OKPKey:
    return OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "d": text_of(raw), "x": public_of(raw)})


@lru_cache(maxsize=8192)  # one per node of a city, and some for those that were replaced
def _public(text: str) -> OKPKey:
    return OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": text})


@lru_cache(maxsize=64)
def public_of(raw: bytes) -> str:
    """The public half of a private key of 32 raw bytes, as it stands in charters."""
    return text_of(Ed25519PrivateKey.from_private_bytes(raw).public_key().public_bytes_raw())


def fingerprint(public: str) -> str:
    """A public key's short name for tokens and screens: SHA-256 of its bytes, hex."""
    return digest(raw_of(public))


def seal_text(text: bytes, private: bytes) -> str:
    """`text` sealed with a private key of 32 raw bytes."""
    return jws.serialize_compact({"alg": ALGORITHM}, text, _private(private), algorithms=[ALGORITHM])


def open_text(seal: str, public: str, what: str) -> bytes:
    """The text under `seal`, if `public` made it; raises BadSeal naming `what`."""
    unopened = read_unopened(seal)
    try:
        text = jws.deserialize_compact(seal, _public(public), registry=OURS).payload
    except (JoseError, ValueError) as error:
        raise BadSeal(what=what) from error
    if text != unopened:  # A header may ask for an unencoded payload (RFC 7797); ours never does.
        raise BadSeal(what=what)
    return text


def read_unopened(seal: str, longest: int = LONGEST_SAID) -> bytes:
    """The text under a seal that nobody has checked yet: only good for finding out whose key to check it with."""
    if len(seal) > longest or seal.count(".") != 2:
        raise BadSeal(what="not a compact JWS")
    try:
        return raw_of(seal.split(".")[1])
    except ValueError as error:
        raise BadSeal(what="not a compact JWS") from error


def seal_head(head: Head, private: bytes) -> str:
    """An envelope's seal: its head, sealed."""
    return seal_text(spell(head), private)


def read_head(seal: str) -> Head:
    """An envelope's head, its seal not checked yet; raises BadSeal when it is no head at all."""
    text = read_unopened(seal, LONGEST_SEAL)
    if holds_nul(text):
        raise BadSeal(what="head")
    try:
        return Head.model_validate_json(text)
    except ValidationError as error:
        newer = _newer_head(text)
        if newer is None:
            raise BadSeal(what="head") from error
        return newer


class _NewerHead(Head):
    """A head that may say more than this program knows."""

    model_config = ConfigDict(extra="ignore")


def _newer_head(text: bytes) -> Head | None:
    """What this program understands of a newer program's head, so that its envelope is stored unread; None for a head
    that it should know wholly."""
    try:
        newer = _NewerHead.model_validate_json(text)
    except ValidationError:
        return None
    return None if is_readable(newer) else Head(**newer.model_dump())
