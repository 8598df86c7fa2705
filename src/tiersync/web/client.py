"""HTTP as one way to ask: a child's message goes up in a POST, the answer comes back in its reply."""

from collections.abc import Callable
from ipaddress import ip_address
from urllib.parse import urlsplit

import httpx

from tiersync.errors import BadMessage, ParentBusy, ParentDown, ParentRubbish, PlainHttp
from tiersync.link.messages import LONGEST_WAIT, Message
from tiersync.link.wire import LARGEST_MESSAGE, decode, encode

PATH = "/exchange"
MEDIA = "application/vnd.tiersync"
PATIENCE = 120.0  # seconds for an answer: a slow office line carries a full batch in about a minute.
BUSY = (429, 502, 503, 504)  # a proxy in front of the parent, or the parent itself, asks us to come back


def is_loopback(host: str) -> bool:
    """Whether a host name can only mean this machine."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
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


def http_ask(url: str, insecure: bool = False, patience: float = PATIENCE) -> Callable[[Message], Message]:
    """A function that asks the node at `url`; raises ParentDown, ParentBusy or ParentRubbish."""
    address = check_url(url, insecure)
    trusts_proxies = not is_loopback(urlsplit(address).hostname or "")
    client = httpx.Client(
        timeout=httpx.Timeout(patience + LONGEST_WAIT, connect=min(10.0, patience)), trust_env=trusts_proxies
    )

    def ask(message: Message) -> Message:
        try:
            return decode(_post(client, address, encode(message)))
        except httpx.TimeoutException as error:
            raise ParentDown(url=address, why="no answer in time") from error
        except httpx.HTTPError as error:
            raise ParentDown(url=address, why=_why(error)) from error
        except BadMessage as error:
            raise ParentRubbish(url=address, why=error.fields["why"]) from error

    return ask


def _post(client: httpx.Client, address: str, data: bytes) -> bytes:
    """The reply's bytes, never more than a message may have."""
    with client.stream("POST", address + PATH, content=data, headers={"Content-Type": MEDIA}) as reply:
        if reply.status_code in BUSY:
            after = reply.headers.get("Retry-After", "")
            raise ParentBusy(seconds=int(after) if after.isdigit() else 10)
        if reply.status_code != 200 or reply.headers.get("Content-Type", "").split(";")[0] != MEDIA:
            raise ParentRubbish(url=address, why=f"HTTP {reply.status_code}")
        received = bytearray()
        for part in reply.iter_bytes():
            received += part
            if len(received) > LARGEST_MESSAGE:
                raise ParentRubbish(url=address, why="an endless answer")
    return bytes(received)


def _why(error: httpx.HTTPError) -> str:
    """What the line said, without repeating the address."""
    return str(error) or type(error).__name__
