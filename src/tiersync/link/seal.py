"""Seals: Ed25519 signatures as compact JWS (RFC 7515), with the one algorithm name of RFC 9864.

The older name `EdDSA` is deprecated and refused. Keys come in as 32 raw bytes; nothing here makes or keeps one.
"""

import base64
import json
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from pydantic import ValidationError

from tiersync.errors import BadSeal
from tiersync.model.canonical import digest, spell
from tiersync.model.envelope import Head

ALGORITHM = "Ed25519"
LONGEST_SEAL = 64 * 1024  # characters; a message that names 1,000 positions stays well below.


def text_of(raw: bytes) -> str:
    """Raw key bytes as base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def raw_of(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@lru_cache(maxsize=64)
def _private(raw: bytes) -> OKPKey:
    from_seed = OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "d": text_of(raw), "x": public_of(raw)})
    return from_seed


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
    if len(seal) > LONGEST_SEAL * 64:
        raise BadSeal(what=what)
    try:
        return jws.deserialize_compact(seal, _public(public), algorithms=[ALGORITHM]).payload
    except (JoseError, ValueError) as error:
        raise BadSeal(what=what) from error


def read_unopened(seal: str) -> bytes:
    """The text under a seal that nobody has checked yet: only good for finding out whose key to check it with."""
    try:
        return raw_of(seal.split(".")[1])
    except (IndexError, ValueError) as error:
        raise BadSeal(what="not a compact JWS") from error


def seal_head(head: Head, private: bytes) -> str:
    return seal_text(spell(head), private)


def read_head(seal: str) -> Head:
    """An envelope's head, its seal not checked yet; raises BadSeal when it is no head at all."""
    try:
        return Head.model_validate_json(read_unopened(seal))
    except (ValidationError, json.JSONDecodeError, UnicodeDecodeError) as error:
        raise BadSeal(what="head") from error
