"""Settings: what people write in a node's tiersync.toml, one frozen section per heading."""

import re
import tomllib
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, ValidationError
from pydantic_core import PydanticCustomError

from tiersync.config.schedules import ScheduleSettings
from tiersync.config.sections import (
    LISTEN,
    HealthSettings,
    KeepSettings,
    LimitSettings,
    LinkSettings,
    RunSettings,
    said,
    usable_port,
)
from tiersync.errors import BadSetting, NoNode
from tiersync.model.canonical import Value
from tiersync.model.unit import UnitCode
from tiersync.model.wording import first_wrong, name_of

FILE = "tiersync.toml"
SECRET = "secret:"
WITH_PASSWORD = re.compile(r"://[^:/]*:[^@]*@|[?&](password|sslpassword|passwd|pwd)=", re.IGNORECASE)
RecordName = Literal["senior", "association", "activity", "benefit", "service", "facility", "figure"]


def known_zone(name: str) -> str:
    """Refuse a time zone that nobody knows."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise PydanticCustomError("time_zone", "there is no such time zone") from error
    return name


def without_password(url: str) -> str:
    """Refuse what is no address of PostgreSQL, and one that everybody who may read the file could open."""
    if not re.fullmatch(r"(secret:[a-z0-9][a-z0-9._-]{0,63}|postgres(ql)?(\+psycopg)?://\S+)?", url):
        raise PydanticCustomError("store_url", "it is neither postgresql://… nor secret:NAME")
    if WITH_PASSWORD.search(url):
        raise PydanticCustomError("store_password", "it holds a password; keep it as a secret and write secret:NAME")
    return url


Url = Annotated[str, Field(pattern=r"^(https?://[^\s/]+(/\S*)?)?$")]
Listen = Annotated[str, Field(pattern=rf"^{LISTEN}$"), AfterValidator(usable_port)]


class NodeSettings(Value):
    """Which unit this node is, and how it speaks and counts its days."""

    unit: UnitCode = said("本单位的 12 位代码", "the 12-digit code of this node's unit")
    nil: tuple[RecordName, ...] = said(
        '本单位没有的记录类型，例如 ["benefit"]；相应数据按 0 上报',
        'record types that this office has nothing of, such as ["benefit"]; their figures are 0',
        (),
    )
    lang: Literal["auto", "zh", "en"] = said(
        "界面语言：zh、en，或 auto（随系统）", "language of messages: zh, en, or auto (as the system)", "auto"
    )
    time_zone: Annotated[str, AfterValidator(known_zone)] = said(
        "一天从哪个时区的零点开始", "the time zone in which days begin", "Asia/Shanghai"
    )


class ParentSettings(Value):
    """The unit above."""

    url: Url = said("上级节点的地址；最上级节点留空", "the address of the node above; empty at the top", "")
    insecure: bool = said(
        "允许使用未加密的 http 地址（线路另有保护时）",
        "allow plain http off this machine, where the line is protected otherwise",
        False,
    )


class ServeSettings(Value):
    """Where the units below reach this node."""

    listen: Listen = said("监听地址和端口", "the address and port to listen on", "127.0.0.1:8471")
    url: Url = said(
        "下级单位使用的地址，写入邀请码；留空则由监听地址得出",
        "the address that units below use, as invitations name it; empty: made of the address listened on",
        "",
    )
    connections: int = said("同时保持的连接数上限", "connections that are open at once", 4000, ge=50, le=100_000)
    connections_per_address: int = said(
        "来自同一地址的连接数上限；全区可能经由同一代理地址接入",
        "connections from one address; a whole district may come from the one address of its proxy",
        1500,
        ge=20,
        le=100_000,
    )
    memory_mb: int = said(
        "正在接收的报文合计占用内存的上限（MB）",
        "memory for messages that are being received, in MB",
        128,
        ge=64,
        le=65_536,
    )
    memory_mb_per_address: int = said(
        "其中来自同一地址的上限（MB）", "of which from one address, in MB", 96, ge=48, le=65_536
    )
    header_seconds: int = said(
        "等待请求头的秒数", "seconds in which a caller must have said its headers", 10, ge=1, le=300
    )
    slowest_bytes_per_second: int = said(
        "可接受的最低线路速度（字节/秒）；更慢的请求会被中断",
        "the slowest line that is served, in bytes a second; what is slower is cut",
        1000,
        ge=1,
        le=1_000_000,
    )

    @property
    def host(self) -> str:
        return self.listen.rpartition(":")[0].strip("[]")

    @property
    def port(self) -> int:
        return int(self.listen.rpartition(":")[2])

    @property
    def address(self) -> str:
        """The address that units below use."""
        return self.url or f"http://{self.listen}"


class StoreSettings(Value):
    """Where the node's database is."""

    url: Annotated[str, AfterValidator(without_password)] = said(
        "节点数据库：留空则为本目录中的 SQLite 文件；也可为 PostgreSQL 地址，如 postgresql://tiersync@db.example/city；"
        "地址含密码时存为密钥，此处写 secret:名称",
        "the node's database; empty: an SQLite file in this folder; or an address of PostgreSQL, such as "
        "postgresql://tiersync@db.example/city; one with a password is kept as a secret and named: secret:NAME",
        "",
    )

    @property
    def secret(self) -> str:
        """The name of the secret that holds the address, '' where it stands here."""
        return self.url.removeprefix(SECRET) if self.url.startswith(SECRET) else ""


class SecretSettings(Value):
    """Where passwords of sources come from, beside the environment and the files in keys/secrets."""

    command: str = said(
        "取密钥的命令，密钥名称作为最后一个参数；留空则不用",
        "a command that prints a secret, its name as the last word; empty: none",
        "",
    )


class NotifySettings(Value):
    """Whom to tell when something needs somebody."""

    to: tuple[str, ...] = said(
        '密钥名称，其内容为 Apprise 地址（企业微信、钉钉、邮件等），例如 ["wecom"]；留空则不通知',
        'names of secrets that hold Apprise addresses (WeCom, DingTalk, e-mail …), such as ["wecom"]; empty: nobody',
        (),
    )


class Settings(Value):
    """Everything in tiersync.toml."""

    node: NodeSettings
    parent: ParentSettings = ParentSettings()
    serve: ServeSettings = ServeSettings()
    store: StoreSettings = StoreSettings()
    run: RunSettings = RunSettings()
    link: LinkSettings = LinkSettings()
    health: HealthSettings = HealthSettings()
    limits: LimitSettings = LimitSettings()
    keep: KeepSettings = KeepSettings()
    secrets: SecretSettings = SecretSettings()
    notify: NotifySettings = NotifySettings()
    schedule: tuple[ScheduleSettings, ...] = Field(default=(), max_length=100)


def read_settings(folder: Path) -> Settings:
    """The settings of the node in `folder`.

    Raises NoNode without a tiersync.toml, and BadSetting, naming file and setting, for what is not usable.
    """
    path = folder / FILE
    if not path.is_file():
        raise NoNode(dir=folder)
    try:
        return Settings.model_validate(tomllib.loads(path.read_text(encoding="utf-8-sig")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadSetting(
            file=path, setting="-", why_en=f"not TOML: {error}", why_zh=f"不是有效的 TOML（{error}）"
        ) from error
    except ValidationError as error:
        wrong = first_wrong(error)
        raise BadSetting(file=path, setting=name_of(wrong.path), why_en=wrong.en, why_zh=wrong.zh) from error
