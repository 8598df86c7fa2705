"""What a passphrase locks, only it opens; and nothing of it can be changed, left out, moved or cut off."""

import io
from collections.abc import Callable

import pytest

from tiersync.errors import WrongPassphrase
from tiersync.store.files.passphrase import MAGIC, PIECE, SALT, TAG, lock_stream, unlock_stream

SECRET = "三更灯火五更鸡"
HEAD = len(MAGIC) + SALT
WHOLE = PIECE + TAG


def locked(plain: bytes) -> bytes:
    out = io.BytesIO()
    lock_stream(io.BytesIO(plain), out, SECRET)
    return out.getvalue()


def opened(sealed: bytes, passphrase: str = SECRET) -> bytes:
    out = io.BytesIO()
    unlock_stream(io.BytesIO(sealed), out, passphrase)
    return out.getvalue()


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
def test_what_was_locked_is_opened(size: int) -> None:
    plain = bytes(range(251)) * (size // 251 + 1)
    assert opened(locked(plain[:size])) == plain[:size]


def test_it_is_locked_differently_each_time() -> None:
    assert locked(b"same") != locked(b"same")


def test_another_passphrase_opens_nothing() -> None:
    with pytest.raises(WrongPassphrase):
        opened(locked(b"secret"), "三更灯火")


SPOILED: dict[str, Callable[[bytes], bytes]] = {
    "a byte changed": lambda sealed: sealed[:-1] + bytes([sealed[-1] ^ 1]),
    "the salt changed": lambda sealed: sealed[: HEAD - 1] + bytes([sealed[HEAD - 1] ^ 1]) + sealed[HEAD:],
    "no head": lambda sealed: sealed[HEAD:],
    "cut within a piece": lambda sealed: sealed[: HEAD + WHOLE + 100],
    "cut after a piece": lambda sealed: sealed[: HEAD + WHOLE],
    "cut after the head": lambda sealed: sealed[:HEAD],
    "a piece left out": lambda sealed: sealed[:HEAD] + sealed[HEAD + WHOLE :],
    "two pieces changed about": lambda sealed: (
        sealed[:HEAD]
        + sealed[HEAD + WHOLE : HEAD + 2 * WHOLE]
        + sealed[HEAD : HEAD + WHOLE]
        + sealed[HEAD + 2 * WHOLE :]
    ),
    "something behind it": lambda sealed: sealed + b"more",
}


@pytest.mark.parametrize("how", SPOILED)
def test_what_was_spoiled_is_not_opened(how: str) -> None:
    with pytest.raises(WrongPassphrase):
        opened(SPOILED[how](locked(bytes(2 * PIECE + 5))))
