"""Raw values at rest: encrypted with a secret of the node, readable here and nowhere else."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tiersync.errors import StoreBroken

NONCE = 12  # bytes, as NIST SP 800-38D recommends for GCM


def lock(key: bytes, plain: bytes, about: str) -> bytes:
    """`plain` under AES-256-GCM, bound to what it is `about`."""
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plain, about.encode())


def unlock(key: bytes, locked: bytes, about: str) -> bytes:
    """What was locked; raises StoreBroken when the key is another or a byte was changed."""
    try:
        return AESGCM(key).decrypt(locked[:NONCE], locked[NONCE:], about.encode())
    except InvalidTag as error:
        raise StoreBroken(why="a quarantine entry was sealed with another secret than this node's") from error
