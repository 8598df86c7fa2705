"""The machine of a node: settings, permissions, keys, disk, proxies, and the address that it listens on."""

import os
import socket
from urllib.parse import urlsplit

from tiersync.config.settings import read_settings
from tiersync.host.doctor.patient import Found, Patient, look, ok, wrong
from tiersync.host.keys import OFFLINE_COPY, read_keys
from tiersync.host.opening import free_megabytes, secrets_of
from tiersync.model.text import Text
from tiersync.plugins.folder.secret import names_of_secrets
from tiersync.plugins.folder.trust import trusted_plugins
from tiersync.store.files.private import open_to_others
from tiersync.store.links.links import child_peers
from tiersync.web.client import is_loopback, is_only_here

PROXIES = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY")
A_MOMENT = 2.0  # seconds


def settings(patient: Patient) -> Found:
    """Whether tiersync.toml can be read; nothing else is looked at where it cannot."""
    patient.settings = read_settings(patient.folder)
    return ok("可以读取", "they can be read")


def permissions(patient: Patient) -> Found:
    """Whether other accounts of the machine can get at what is the node's own."""
    paths = open_to_others(patient.folder)
    if not paths:
        return ok("仅本账户可读", "only its own account can read them")
    how = "chmod -R go-rwx"
    return wrong(
        Text(f"其他账户可以访问 {paths[0]}", f"other accounts can get at {paths[0]}"),
        Text(f"{how} {paths[0]}", f"{how} {paths[0]}"),
    )


def keys(patient: Patient) -> Found:
    """Whether the keys can be read, and the top's copy is where it belongs."""
    read_keys(patient.folder)
    if (patient.folder / OFFLINE_COPY).exists():
        return look(
            Text(f"{OFFLINE_COPY} 仍在本机", f"{OFFLINE_COPY} is still on this machine"),
            Text("移到离线介质妥善保管", "move it to a disc in a safe"),
        )
    return ok("可以读取", "they can be read")


def disk(patient: Patient) -> Found:
    """Whether there is room on the disk."""
    free, floor = free_megabytes(patient.folder), patient.settings.limits.disk_floor_mb
    said = Text(f"剩余 {free} MB", f"{free} MB are free")
    if free < floor:
        return wrong(said, Text(f"低于 {floor} MB，不再读取数据源：请腾出空间", f"below {floor} MB: make room"))
    if free < 3 * floor:
        return look(said, Text("请尽快腾出空间", "make room soon"))
    return "ok", said, Text("", "")


def proxies(patient: Patient) -> Found:
    """Whether a proxy of the environment stands between this node and the one above."""
    said = {name: os.environ.get(name) or os.environ.get(name.lower()) for name in PROXIES}
    named = {name: address for name, address in said.items() if address}
    if not named or not patient.settings.parent.url:
        return ok("没有设置代理", "none is set")
    hosts = ", ".join(f"{name}={urlsplit(address).hostname or '?'}" for name, address in named.items())
    return look(
        Text(f"访问上级将经过代理：{hosts}", f"the unit above is asked through a proxy: {hosts}"),
        Text("若不需要，请取消该变量或设置 NO_PROXY", "if that is not meant, unset it or set NO_PROXY"),
    )


def address(patient: Patient) -> Found:
    """Whether somebody listens where the units below call."""
    node, serve = patient.opened(), patient.settings.serve
    with node.store.read() as db:
        children = len(child_peers(db))
    if not children:
        return ok("没有下级节点", "no node is linked below")
    if serve.url and is_only_here(serve.url) and not is_loopback(serve.host):
        return look(
            Text(f"[serve] url 为 {serve.url}，其他机器无法访问", f"no other machine reaches [serve] url {serve.url}"),
            Text("改为下级可以访问的地址", "name an address that units below reach"),
        )  # fmt: skip
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(serve.host, serve.host)
    try:
        socket.create_connection((host, serve.port), A_MOMENT).close()
    except OSError:
        return wrong(
            Text(f"{serve.listen} 没有程序在监听，{children} 个下级无法联络",
                 f"nobody listens at {serve.listen}, and {children} units below cannot call"),
            Text("tiersync run，或 tiersync service install", "tiersync run, or tiersync service install"),
        )  # fmt: skip
    return ok(f"{serve.listen} 正在监听", f"somebody listens at {serve.listen}")


def secrets(patient: Patient) -> Found:
    """Whether every secret that a plugin, the notifications or the database name is found."""
    find = secrets_of(patient.folder)
    plugins = trusted_plugins(patient.folder / "plugins").plugins
    names = [*(name for one in plugins for name in names_of_secrets(one)), *patient.settings.notify.to]
    names += [patient.settings.store.secret] if patient.settings.store.secret else []
    for name in names:
        find(name)  # raises NoSecret, which says where it belongs
    return ok(f"共 {len(names)} 个，均已找到", f"{len(names)}, and all are found")


LOOKS = {
    "settings": (Text("设置", "settings"), settings),
    "permissions": (Text("权限", "permissions"), permissions),
    "keys": (Text("密钥", "keys"), keys),
    "disk": (Text("磁盘", "disk"), disk),
    "secrets": (Text("口令", "secrets"), secrets),
    "proxies": (Text("代理", "proxies"), proxies),
}
LOOKS_OF_OPEN = {"address": (Text("监听", "address"), address)}
