"""Caddy and nginx, as deploy/ sets them up, carry an exchange through TLS and let nothing else through."""

import re
import ssl
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from time import monotonic, sleep

import httpx
import pytest

from tests.cli.offices import DISTRICT, apart, change_setting, found_city, here
from tests.cli.test_one_host import free_port, started, stop
from tests.deploy.proxies import Certificate, Proxied, caddy, listening, make_certificate, nginx
from tests.deploy.tools import DEPLOY
from tiersync.link.dialogue.messages import LONGEST_WAIT
from tiersync.link.wire import LARGEST_MESSAGE
from tiersync.web.client import MEDIA, PATIENCE

PROXIES = {"caddy": caddy, "nginx": nginx}
LOOKS = {"caddy": partial(caddy, words="validate"), "nginx": lambda given: nginx(given, "-t")}
FILES = {"caddy": DEPLOY / "caddy" / "exchange.caddy", "nginx": DEPLOY / "nginx" / "tiersync.conf"}
SETTLED, AT_ONCE = 4.0, 15.0  # seconds: until a child waits for what is new; and much less than it waits
HELD = {"caddy": r"response_header_timeout (\d+)s", "nginx": r"proxy_read_timeout (\d+)s"}


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(scope="module", params=PROXIES)
def front(
    request: pytest.FixtureRequest, certificate: Certificate, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Path]]:
    """The address of a proxy, and the folder of the city behind it; of the two places where the city may be served,
    one is closed."""
    root, port = tmp_path_factory.mktemp("proxied"), free_port()
    given = Proxied(root, free_port(), (free_port(), port), certificate)
    found_city(root / "city", f"127.0.0.1:{port}")
    change_setting(root / "city", "serve", "url", f"https://localhost:{given.port}")
    with ExitStack() as stack:
        stack.callback(stop, started(root / "city"))
        yield stack.enter_context(listening(PROXIES[request.param], given)), root / "city"


@pytest.mark.parametrize("name", LOOKS)
def test_a_proxy_understands_what_it_is_given(name: str, tmp_path: Path, certificate: Certificate) -> None:
    given = Proxied(tmp_path, free_port(), (8471, 8472), certificate)
    done = LOOKS[name](given)
    said = done.communicate()[0].decode()
    assert done.returncode == 0, said
    assert not re.search("warn|deprecated|not formatted", said, flags=re.I), said


@pytest.mark.parametrize("name", HELD)
def test_an_exchange_is_held_as_long_as_a_node_may_hold_it_and_no_longer_than_a_child_waits(name: str) -> None:
    [seconds] = re.findall(HELD[name], FILES[name].read_text("utf-8"))
    assert LONGEST_WAIT < int(seconds) <= PATIENCE


def test_a_district_joins_through_tls_and_hears_at_once_what_is_new(
    front: tuple[str, Path], certificate: Certificate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    city = front[1]
    token = here("invite", DISTRICT, "--dir", city, "--json").json["token"]
    distrusted = apart("join", token, "--dir", tmp_path / "distrusting")
    assert distrusted.code == 3, distrusted.err
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.chain))
    joined = apart("join", token, "--dir", tmp_path / "trusting")
    assert joined.code == 0, joined.err
    change_setting(tmp_path / "trusting", "serve", "listen", "127.0.0.1:0")
    with ExitStack() as stack:
        stack.callback(stop, started(tmp_path / "trusting"))
        sleep(SETTLED)
        publish(city, tmp_path / "notice.txt")
        until = monotonic() + AT_ONCE
        while not here("notice", "list", "--dir", tmp_path / "trusting", "--json").json:
            assert monotonic() < until, "the exchange that was held is not answered"
            sleep(0.2)


def publish(city: Path, paper: Path) -> None:
    paper.write_text("敬老月活动", encoding="utf-8")
    done = here("notice", "publish", paper, "--to", "district", "--title", "敬老月", "--dir", city)
    assert done.code == 0, done.err


def client(certificate: Certificate) -> httpx.Client:
    trusted = ssl.create_default_context(cafile=str(certificate.chain))
    return httpx.Client(verify=trusted, trust_env=False, timeout=60, headers={"Content-Type": MEDIA})


def test_the_largest_message_comes_through_and_a_larger_one_does_not(
    front: tuple[str, Path], certificate: Certificate
) -> None:
    with client(certificate) as calls:
        largest = calls.post(f"{front[0]}/exchange", content=bytes(LARGEST_MESSAGE))
        assert largest.status_code == 400  # The node has read it to the end: it is rubbish.
        try:
            larger = calls.post(f"{front[0]}/exchange", content=bytes(LARGEST_MESSAGE + 1)).status_code
        except httpx.WriteError:  # It is refused while it is still being said.
            larger = 413
        assert larger in (413, 502)  # Caddy may have begun to pass it on when it sees that it is too large.


@pytest.mark.parametrize("path", ["/", "/health", "/healthz", "/readyz", "/metrics", "/exchange/", "/%65xchange/x"])
def test_nothing_but_exchanges_comes_through(front: tuple[str, Path], certificate: Certificate, path: str) -> None:
    with client(certificate) as calls:
        assert calls.get(f"{front[0]}{path}").status_code == 404


def test_an_exchange_is_a_post(front: tuple[str, Path], certificate: Certificate) -> None:
    with client(certificate) as calls:
        assert calls.get(f"{front[0]}/exchange").status_code in (403, 404)
