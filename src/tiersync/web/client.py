"""HTTP as one way to ask: a child's message goes up in a POST, the answer comes back in its reply."""

import os
import ssl
from collections.abc import Callable
from functools import cache
from ipaddress import ip_address
from time import monotonic
from urllib.parse import urlsplit

import httpx

from tiersync.errors import (
    BadMessage,
    CertificateFile,
    NodeAway,
    ParentBusy,
    ParentDown,
    ParentRubbish,
    PlainHttp,
    TiersyncError,
    Untrusted,
)
from tiersync.link.dialogue.messages import LONGEST_WAIT, Message
from tiersync.link.wire import LARGEST_MESSAGE, decode, encode
from tiersync.web.pace import Pace

LISTEN = "127.0.0.1:8471"
PATH = "/exchange"
MEDIA = "application/vnd.tiersync"
PATIENCE = 120.0 + LONGEST_WAIT  # seconds of silence: a slow office line carries a full batch in about a minute.
LONGEST_ANSWER = 900.0  # seconds for a whole answer, so that one that trickles without end ends.
LONGEST_BUSY = 3600  # seconds that a parent, or a proxy before it, may send us away for
USUAL_BUSY = 10  # seconds, when it does not say
BUSY = (429, 503)  # a proxy in front of the parent, or the parent itself, asks us to come back
NOBODY_BEHIND = (502, 504)  # a proxy says that nobody answers it
THEIR_CERTIFICATE = ("expired", "mismatch", "not yet valid")  # what the unit above has to mend itself
SAYS = {
    407: "HTTP 407: a proxy on the way asks for a password",
    413: "HTTP 413: a proxy before it refuses messages of this size",
}


def listen_for(url: str) -> str:
    """Where a node listens that is reached at `url`, when nobody says: on this machine the very address, else behind a
    proxy that the office sets up."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    return parts.netloc.rpartition("@")[2] if parts.port and is_loopback(host) else LISTEN


def is_loopback(host: str) -> bool:
    """Whether a host name can only mean this machine."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def is_only_here(url: str) -> bool:
    """Whether an address is of no use on any other machine; one that says "every address of mine" is none either."""
    host = urlsplit(url).hostname or ""
    try:
        return is_loopback(host) or ip_address(host).is_unspecified
    except ValueError:
        return False


def check_url(url: str, insecure: bool) -> str:
    """A parent's address as it may be used; raises PlainHttp for an open line that nobody allowed."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ParentRubbish(url=url, why="not an http or https address")
    if parts.scheme == "http" and not insecure and not is_loopback(parts.hostname):
        raise PlainHttp(url=url)
    return url.rstrip("/")


def http_ask(
    url: str, insecure: bool = False, patience: float = PATIENCE, longest: float = LONGEST_ANSWER, kbit: int = 0
) -> Callable[[Message], Message]:
    """A function that asks the node at `url`, taking no more than `kbit` of the line; raises ParentDown, ParentBusy or
    ParentRubbish."""
    address = check_url(url, insecure)
    client, pace = client_for(address, patience), Pace(kbit)
    longest = max(longest, pace.seconds_for(LARGEST_MESSAGE) * 1.5)

    def ask(message: Message) -> Message:
        try:
            return decode(_post(client, address, encode(message), longest, pace))
        except httpx.TimeoutException as error:
            raise ParentDown(url=address, why="no answer in time") from error
        except httpx.RemoteProtocolError as error:
            raise ParentDown(url=address, why="the answer broke off, or is not HTTP") from error
        except httpx.HTTPError as error:
            raise down(address, error) from error
        except BadMessage as error:
            raise ParentRubbish(url=address, why=error.fields["why"]) from error

    return ask


def client_for(address: str, patience: float) -> httpx.Client:
    parts = urlsplit(address)
    return httpx.Client(
        timeout=httpx.Timeout(patience, connect=min(10.0, patience)),
        headers={"Content-Type": MEDIA, "Accept-Encoding": "identity"},
        trust_env=not is_loopback(parts.hostname or ""),
        verify=_trusted() if parts.scheme == "https" else _trusting_nobody(),
    )


@cache
def _trusted() -> ssl.SSLContext:
    """The certificate authorities that are trusted; reading them costs as much as an exchange. Raises
    CertificateFile."""
    try:
        return httpx.create_ssl_context()
    except (OSError, ssl.SSLError) as error:
        named = os.environ.get("SSL_CERT_FILE") or os.environ.get("SSL_CERT_DIR") or "?"
        raise CertificateFile(file=named) from error


@cache
def _trusting_nobody() -> ssl.SSLContext:
    """What a line without TLS needs of TLS."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _post(client: httpx.Client, address: str, data: bytes, longest: float, pace: Pace) -> bytes:
    """The reply's bytes as they came, never more than a message may have."""
    size = {"Content-Length": str(len(data))}  # A parent makes room for what is announced.
    with client.stream("POST", address + PATH, content=pace.pieces(data), headers=size) as reply:
        if is_nobody_behind(reply):
            seconds = _busy_for(reply.headers.get("Retry-After", ""))
            raise NodeAway(url=address, status=reply.status_code, seconds=seconds)
        if reply.status_code in BUSY:
            raise ParentBusy(seconds=_busy_for(reply.headers.get("Retry-After", "")))
        if reply.status_code != 200 or reply.headers.get("Content-Type", "").split(";")[0] != MEDIA:
            raise ParentRubbish(url=address, why=SAYS.get(reply.status_code, f"HTTP {reply.status_code}"))
        return _read(reply, address, monotonic() + longest, pace)


def is_nobody_behind(reply: httpx.Response) -> bool:
    """Whether a proxy says that no node answers it; a node that is busy itself says when to come back."""
    return reply.status_code in NOBODY_BEHIND or (reply.status_code == 503 and "Retry-After" not in reply.headers)


def _read(reply: httpx.Response, address: str, until: float, pace: Pace) -> bytes:
    received = bytearray()
    for part in reply.iter_raw():
        pace.take(len(part))
        received += part
        if len(received) > LARGEST_MESSAGE or monotonic() > until:
            raise ParentRubbish(url=address, why="an endless answer")
    return bytes(received)


def _busy_for(after: str) -> int:
    """The seconds of a Retry-After header; a date in it, or rubbish, counts as silence."""
    seconds = int(after) if after.isascii() and after.isdigit() and len(after) < 10 else USUAL_BUSY
    return min(max(seconds, 1), LONGEST_BUSY)


def down(address: str, error: httpx.HTTPError) -> TiersyncError:
    """Why nobody was reached: a certificate that this machine does not trust is this machine's to mend."""
    why = why_of(error)
    if "CERTIFICATE_VERIFY_FAILED" in why and not any(word in why for word in THEIR_CERTIFICATE):
        return Untrusted(url=address, why=why.partition("CERTIFICATE_VERIFY_FAILED] ")[2].partition(" (_ssl")[0] or why)
    return ParentDown(url=address, why=why)


def why_of(error: httpx.HTTPError) -> str:
    """What the line said, without repeating the address."""
    return str(error) or type(error).__name__
