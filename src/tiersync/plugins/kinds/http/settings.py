"""What a stream says of the web service that it reads: the settings of `kind = "http"`, checked when it is loaded."""

import re
from collections.abc import Iterator
from ipaddress import ip_address
from typing import Annotated, Literal
from urllib.parse import parse_qs, urlsplit

from pydantic import Field, ValidationError, field_validator

from tiersync.model.canonical import Value
from tiersync.plugins.folder.settings import WrongSetting, wrong_settings
from tiersync.plugins.folder.stream import Stream, wrong

Path = Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f]*$")]
Name = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[\w.\-\[\]]+$")]
Text = Annotated[str, Field(max_length=1000, pattern=r"^[^\r\n\x00]*$")]
SECRET_LIKE = re.compile(r"token|key|secret|passw|pwd|auth", re.IGNORECASE)


class HttpSettings(Value):
    """The settings of a web service that answers with JSON, a page at a time.

    `items` is the dotted path to the list in an answer, '' for a bare list; `total` and `next` likewise. A `next` that
    is no address goes into `next_param`.
    """

    url: Annotated[str, Field(min_length=1, max_length=2000)]
    items: Path = ""
    paging: Literal["none", "page", "offset", "next"] = "none"
    page_param: Name = "page"
    first_page: int = Field(default=1, ge=0, le=1)
    size_param: Name = "size"
    page_size: int = Field(default=500, ge=1, le=10_000)
    offset_param: Name = "offset"
    next: Path = "next"
    next_param: Name = "cursor"
    total: Path = ""
    token: Text = Field(default="", repr=False)
    headers: dict[Name, Text] = Field(default={}, max_length=20)
    params: dict[Name, Text] = Field(default={}, max_length=20)
    insecure: bool = False
    seconds: int = Field(default=30, ge=1, le=50)

    @field_validator("url")
    @classmethod
    def _has_parts(cls, url: str) -> str:
        try:
            urlsplit(url)
        except ValueError:
            raise wrong("no_address") from None
        return url

    @property
    def place(self) -> str:
        """What places call the source of the rows: the address without what stands after its question mark."""
        return urlsplit(self.url).path or "/"

    @property
    def numbered(self) -> bool:
        """Whether we say which page we want, and no answer tells where the next is."""
        return self.paging in ("page", "offset")


OPTIONS = frozenset(HttpSettings.model_fields)


def check(stream: Stream) -> Iterator[WrongSetting]:
    """What is wrong with a stream's settings as plugin.toml has them, where the token is the name of a secret."""
    given = dict(stream.source.options)
    token = given.pop("token", None)
    if token is not None and not (isinstance(token, dict) and token.keys() == {"secret"}):
        yield WrongSetting(
            '请写 token = { secret = "名称" }，不要写密钥本身',
            'write token = { secret = "a name" }, never the token',
            ("token",),
        )
    try:
        settings = HttpSettings.model_validate(given)
    except ValidationError as error:
        yield from wrong_settings(error)
        return
    yield from check_address(settings)
    if settings.paging == "next" and not settings.next:
        yield WrongSetting("paging = next 需写明 next 的路径", "paging by next needs the path of the link", ("next",))
    asked = parse_qs(urlsplit(settings.url).query, keep_blank_values=True)
    for setting, names in (("headers", settings.headers), ("params", settings.params), ("url", asked)):
        for name in filter(SECRET_LIKE.search, [*names]):
            yield WrongSetting(
                f"{name} 像是密钥，请改用 token", f"{name} looks like a secret; use token", (setting, name)
            )


def check_address(settings: HttpSettings) -> Iterator[WrongSetting]:
    parts = urlsplit(settings.url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        yield WrongSetting("url 不是 http 或 https 地址", "url is no http or https address", ("url",))
    elif parts.username or parts.password:
        yield WrongSetting("url 中含有密码", "url holds a password", ("url",))
    elif parts.scheme == "http" and not settings.insecure and not is_this_machine(parts.hostname):
        yield WrongSetting(
            "跨机器使用未加密的 http 须写明 insecure = true",
            "plain http off this machine needs insecure = true",
            ("url",),
        )


def is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
