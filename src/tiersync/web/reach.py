"""Whether a node above is reached, and how long its certificate is valid."""

import socket
import ssl
from datetime import UTC, datetime
from urllib.parse import urlsplit

import httpx

from tiersync.errors import NodeAway, ParentDown
from tiersync.web.client import PATH, check_url, client_for, down, is_nobody_behind

PATIENCE = 10.0  # seconds
HTTPS = 443


def reach(url: str, insecure: bool) -> None:
    """Ask for nothing where exchanges go, to see whether a node answers: it refuses what is no message. Raises
    ParentDown, NodeAway, Untrusted or PlainHttp."""
    address = check_url(url, insecure)
    try:
        with client_for(address, PATIENCE) as client, client.stream("POST", f"{address}{PATH}", content=b"") as reply:
            if is_nobody_behind(reply):
                raise NodeAway(url=address, status=reply.status_code, seconds=0)
    except httpx.HTTPError as error:
        raise down(address, error) from error


def certificate_ends(url: str) -> datetime:
    """When the certificate of an https address ends; raises ParentDown where none is shown or it is not trusted."""
    parts = urlsplit(url)
    host, context = parts.hostname or "", httpx.create_ssl_context()
    try:
        with (
            socket.create_connection((host, parts.port or HTTPS), PATIENCE) as line,
            context.wrap_socket(line, server_hostname=host) as safe,
        ):
            shown = safe.getpeercert() or {}
    except OSError as error:
        raise ParentDown(url=url, why=str(error) or type(error).__name__) from error
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(shown["notAfter"])), UTC)
