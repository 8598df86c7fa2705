"""Sections of the settings about what a node does by itself: how often, how far it may go, and what it keeps."""

from typing import Annotated, Any

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from tiersync.model.canonical import Value

SLOWEST = 16  # kilobits a second: twice what a parent cuts for being too slow
LISTEN = r"(\[[0-9A-Fa-f:]+\]|[^:\s\[\]]+):[0-9]{1,5}"
OR_NONE = rf"^({LISTEN})?$"


def said(zh: str, en: str, default: Any = ..., **bounds: Any) -> Any:
    """A setting's field: what it is in both languages, its default, its bounds."""
    return Field(default, description=en, json_schema_extra={"zh": zh}, **bounds)


def usable_port(listen: str) -> str:
    """Refuse a port that no computer has."""
    if listen and int(listen.rpartition(":")[2]) > 65535:
        raise PydanticCustomError("port", "a port is at most 65535")
    return listen


def usable_pace(kbit: int) -> int:
    """Refuse a pace that the unit above would take for a line that is dead."""
    if 0 < kbit < SLOWEST:
        raise PydanticCustomError("pace", "it must be 0, or at least {least}", {"least": SLOWEST})
    return kbit


class RunSettings(Value):
    """What `tiersync run` does by itself where no [[schedule]] says otherwise."""

    interval_seconds: int = said(
        "没有另设计划时，每隔多少秒上报、接收一次",
        "seconds from one push, and one pull, to the next where no schedule says otherwise",
        900,
        ge=1,
        le=86_400,
    )
    wait_seconds: int = said(
        "等待上级回话的秒数；通知到达的快慢取决于它；0 为不等待",
        "seconds to hold the line open for what the unit above may say; 0: do not wait",
        25,
        ge=0,
        le=60,
    )


class LinkSettings(Value):
    """How much of the office's line the link to the unit above may take."""

    kbit: Annotated[int, AfterValidator(usable_pace)] = said(
        "与上级联络时每秒最多多少千比特；0 为不限制，最少 16",
        "kilobits a second that exchanges with the unit above may take, 16 at least; 0: as many as the line carries",
        0,
        ge=0,
        le=10_000_000,
    )


class HealthSettings(Value):
    """Where monitoring reaches this host."""

    listen: Annotated[str, Field(pattern=OR_NONE), AfterValidator(usable_port)] = said(
        "健康检查地址（/healthz、/readyz、/metrics），如 127.0.0.1:9471；留空则不提供。不含个人数据，但不应对外开放",
        "the address of /healthz, /readyz and /metrics, such as 127.0.0.1:9471; empty: none. It says nothing about "
        "persons, and is not for the internet",
        "",
    )


class LimitSettings(Value):
    """How far a plugin's worker may go before its run is ended, and how long refused rows are kept."""

    plugin_silence_seconds: int = said(
        "插件多少秒没有动静即结束", "seconds of silence after which a plugin's run is ended", 60, ge=1, le=86_400
    )
    plugin_seconds: int = said(
        "插件一次读取最多多少秒", "seconds that a plugin's run may take in all", 3600, ge=1, le=86_400
    )
    plugin_memory_mb: int = said(
        "插件最多使用的地址空间（MB）",
        "address space that a plugin's worker may take, in MB",
        4096,
        ge=512,
        le=1_048_576,
    )
    disk_floor_mb: int = said(
        "磁盘剩余空间低于多少 MB 时停止读取数据源（链路照常）",
        "free MB of disk below which no source is read any more, while the link goes on",
        300,
        ge=0,
        le=1_048_576,
    )
    quarantine_days: int = said(
        "待更正的行保留原值多少天；此后只留位置和原因",
        "days that the quarantine keeps raw values; after that only place and reason",
        90,
        ge=1,
        le=3650,
    )


class KeepSettings(Value):
    """How long a node keeps what it did; figures in force and everything open stay."""

    runs_days: int = said(
        "读取记录和任务记录保留多少天；每个数据流、每项计划的最近一次总是保留",
        "days that runs and jobs are kept; the last of each stream and schedule always is",
        400,
        ge=30,
        le=36_500,
    )
    audit_days: int = said("审计记录保留多少天", "days that audit lines are kept", 400, ge=90, le=36_500)
    sent_days: int = said(
        "已送达报文的发送记录保留多少天；现行报告的总是保留",
        "days that it is known what was handed over; of reports in force it always is",
        400,
        ge=90,
        le=36_500,
    )
    revisions_days: int = said(
        "已被替换的报告版本保留多少天",
        "days that revisions of reports are kept after another replaced them",
        1100,
        ge=400,
        le=36_500,
    )
