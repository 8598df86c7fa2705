"""What leaves the machine with a backup and must stay secret: encrypted with a passphrase, a piece at a time."""

import os
from collections.abc import Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from tiersync.errors import WrongPassphrase

MAGIC = b"tiersync-locked-1\n"
SALT, TAG = 16, 16  # bytes
PIECE = 2**20  # bytes of plain text that are sealed together
COST = 2**15  # of scrypt, with r=8: 32 MB, and a fraction of a second


def lock_stream(plain: BinaryIO, out: BinaryIO, passphrase: str) -> None:
    """Write `plain` to `out` under AES-256-GCM with a key that scrypt makes of the passphrase.

    Each piece is numbered, and the last one says that it is the last: none can be left out, moved or cut off."""
    salt = os.urandom(SALT)
    out.write(MAGIC + salt)
    key = AESGCM(_key(passphrase, salt))
    for nonce, piece in _numbered(plain, PIECE):
        out.write(key.encrypt(nonce, piece, MAGIC))


def unlock_stream(locked: BinaryIO, out: BinaryIO, passphrase: str) -> None:
    """Write what was locked to `out`; raises WrongPassphrase when the passphrase is another or a byte was changed."""
    head = locked.read(len(MAGIC) + SALT)
    if not head.startswith(MAGIC):
        raise WrongPassphrase()
    key = AESGCM(_key(passphrase, head[len(MAGIC) :]))
    try:
        for nonce, piece in _numbered(locked, PIECE + TAG):
            out.write(key.decrypt(nonce, piece, MAGIC))
    except InvalidTag as error:
        raise WrongPassphrase() from error


def _key(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=32, n=COST, r=8, p=1).derive(passphrase.encode())


def _numbered(stream: BinaryIO, size: int) -> Iterator[tuple[bytes, bytes]]:
    """Pieces of a stream, each with its number and whether it is the last."""
    number, piece = 0, stream.read(size)
    while True:
        following = stream.read(size) if len(piece) == size else b""
        yield number.to_bytes(11, "big") + (b"\0" if following else b"\1"), piece
        if not following:
            return
        number, piece = number + 1, following
