"""Whether a node above is reached, and how long its certificate is valid."""

import socket
import ssl
from datetime import UTC, datetime
from urllib.parse import urlsplit

import httpx

from tiersync.errors import ParentDown
from tiersync.web.client import check_url, client_for, why_of

PATIENCE = 10.0  # seconds
HTTPS = 443


def reach(url: str, insecure: bool) -> None:
    """Ask for nothing, to see whether anybody answers; whatever HTTP is answered will do, since a proxy lets nothing
    but exchanges through. Raises ParentDown or PlainHttp."""
    address = check_url(url, insecure)
    try:
        with client_for(address, PATIENCE) as client, client.stream("GET", f"{address}/health"):
            return
    except httpx.HTTPError as error:
        raise ParentDown(url=address, why=why_of(error)) from error


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
