"""Asking a web service, page by page: waits when it is asked to, asks again when an answer was cut off, and never
follows a link to somebody else."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit

import httpx

from tiersync.errors import BadSource
from tiersync.plugins.kinds.http.patience import USUAL_WAIT, AskedToWait, CutOff, attempts_for
from tiersync.plugins.kinds.http.settings import HttpSettings

LARGEST_ANSWER = 32 * 2**20  # bytes
MOST_PAGES = 200_000
MOST_REDIRECTS = 3
COUNT = re.compile(r"[0-9]{1,12}")
LATER = (429, 500, 502, 503, 504)


class Page(NamedTuple):
    """One answer: its number, its items, and the most that there should be in all, None where no setting says
    where that stands. Not the number told last: where it shrank meanwhile, an item may have slipped out of sight."""

    number: int
    items: list[dict[str, Any]]
    total: int | None


@dataclass
class PagesSoFar:
    """What the pages so far have brought, and the most items that there should be, 0 where nobody says."""

    items: int = 0
    told: int = 0
    longest: int = 0
    last: list[dict[str, Any]] = field(default_factory=list)

    def take(self, items: list[dict[str, Any]], total: int | None) -> None:
        self.items += len(items)
        self.told = max(self.told, total or 0)
        self.longest = max(self.longest, len(items))
        self.last = items

    @property
    def all_there(self) -> bool:
        return 0 < self.told <= self.items

    def repeats(self, items: list[dict[str, Any]]) -> bool:
        return bool(items) and items == self.last

    def ends_here(self, items: list[dict[str, Any]]) -> bool:
        """Whether this page is surely the last. A short one is not: a service may hand out fewer than asked for."""
        return not items or (self.all_there and len(items) < self.longest)


def pages(settings: HttpSettings) -> Iterator[Page]:
    """Every page, one after the other. Raises BadSource."""
    headers = {**settings.headers, "Accept": "application/json"}
    if settings.token:
        headers["Authorization"] = f"Bearer {settings.token}"
    with httpx.Client(headers=headers, timeout=settings.seconds, trust_env=False) as client:
        yield from _walk(client, settings)


def _walk(client: httpx.Client, settings: HttpSettings) -> Iterator[Page]:
    url, params, seen, brought = settings.url, dict(settings.params) | _first(settings), set[str](), PagesSoFar()
    for number in range(1, MOST_PAGES + 1):
        answer = _ask(client, url, params, settings, number)
        items = _items(answer, settings) if answer is not None else []
        if settings.numbered and brought.repeats(items):
            _refuse_same_page(settings, brought)
            items = []
        if answer is None or (settings.numbered and not items and number > 1):
            break
        brought.take(items, _total(answer, settings, number))
        yield Page(number, items, brought.told if settings.total else None)
        step = None if settings.numbered and brought.ends_here(items) else _next(settings, answer, number, brought)
        if step is None:
            break
        url, params = step
        mark = json.dumps([url, params], sort_keys=True)
        if mark in seen:
            raise bad_service(settings, "its pages go round in a circle", "分页循环，没有尽头")
        seen.add(mark)
    else:
        raise bad_service(settings, f"more than {MOST_PAGES} pages", f"超过 {MOST_PAGES} 页")
    if brought.items < brought.told:
        raise too_few(settings, brought.told, brought.items)


def _refuse_same_page(settings: HttpSettings, brought: PagesSoFar) -> None:
    """A service may bring its last page again when there is none left; where nothing tells that all is there, it may as
    well not know the setting by which we ask for pages, and the first page is no register."""
    if not brought.all_there:
        raise bad_service(
            settings,
            "it brings the same page again and again; look at the settings of paging, or set total",
            "反复返回同一页；请核对分页设置，或设置 total",
        )


def _first(settings: HttpSettings) -> dict[str, str]:
    size = {settings.size_param: str(settings.page_size)}
    match settings.paging:
        case "page":
            return size | {settings.page_param: str(settings.first_page)}
        case "offset":
            return size | {settings.offset_param: "0"}
    return {}


def _next(settings: HttpSettings, answer: Any, number: int, brought: PagesSoFar) -> tuple[str, dict[str, str]] | None:
    """Where the next page is, None where no answer tells of one."""
    if settings.paging == "none":
        return None
    if settings.paging == "next":
        link = at_path(answer, settings.next)
        if not link and number == 1 and brought.items >= settings.page_size and not is_there(answer, settings.next):
            where = settings.next
            raise bad_service(settings, f"a full page, and nothing at {where}", f"整页数据，但 {where} 处什么也没有")
        return _follow(settings, str(link)) if link else None
    step = settings.first_page + number if settings.paging == "page" else brought.items
    name = settings.page_param if settings.paging == "page" else settings.offset_param
    return settings.url, dict(settings.params) | _first(settings) | {name: str(step)}


def _follow(settings: HttpSettings, link: str) -> tuple[str, dict[str, str]]:
    """A link must stay with the same service: with it goes our token."""
    if not link.startswith(("http:", "https:", "/", "?")):
        return settings.url, dict(settings.params) | {settings.next_param: link}
    try:
        url = str(httpx.URL(urljoin(settings.url, link)))
        leads_away = _origin(url) != _origin(settings.url)
    except (ValueError, httpx.InvalidURL):
        raise bad_service(settings, "its next link is no address", "下一页链接不是有效地址") from None
    if leads_away:
        raise bad_service(settings, "its next link leads to another server", "下一页链接指向另一台服务器")
    return url, {}


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)


def _ask(client: httpx.Client, url: str, params: dict[str, str], settings: HttpSettings, number: int) -> Any:
    """One page's answer; waits and asks again as long as there is hope. None where there is no such page any more."""
    try:
        for attempt in attempts_for(settings.seconds):
            with attempt:
                status, wait, body = _fetch(client, url, params, settings)
                if status in LATER:
                    raise AskedToWait(wait)
                if status == 404 and number > 1 and settings.numbered:
                    return None
                if status != 200:
                    raise _refused(settings, status)
                return _read(body)
    except AskedToWait:
        raise bad_service(
            settings, "it asks us to come back later; the next run tries again", "服务要求稍后再来；下次运行时重试"
        ) from None
    except (httpx.TransportError, CutOff) as error:
        raise _gone(settings, error) from None


def _fetch(client: httpx.Client, url: str, params: dict[str, str], settings: HttpSettings) -> tuple[int, float, bytes]:
    """Status, seconds to wait, and body; redirects are followed within the same service."""
    url = str(httpx.URL(url).copy_merge_params(params))  # Handed over apart, they would replace those of the address.
    for _ in range(MOST_REDIRECTS + 1):
        with client.stream("GET", url) as response:
            if response.is_redirect:
                url = urljoin(url, response.headers.get("location", ""))
                if _origin(url) != _origin(settings.url):
                    raise bad_service(settings, "it sends us to another server", "服务把请求转到另一台服务器")
                continue
            return response.status_code, _wait(response), _body(response, settings)
    raise bad_service(settings, "it sends us from place to place", "服务反复重定向")


def _wait(response: httpx.Response) -> float:
    """Seconds, however the service says them: as a number, or as a moment from which on it answers again, by its own
    clock."""
    said = response.headers.get("retry-after", "").strip()
    if COUNT.fullmatch(said):
        return float(said)
    try:
        moment, now = (parsedate_to_datetime(text) for text in (said, response.headers.get("date", "")))
        return max(0.0, (moment - now).total_seconds())
    except (ValueError, TypeError):  # no moments, or one with a time zone and one without
        return USUAL_WAIT


def _body(response: httpx.Response, settings: HttpSettings) -> bytes:
    body = bytearray()
    for piece in response.iter_bytes():
        body += piece
        if len(body) > LARGEST_ANSWER:
            raise bad_service(
                settings, "an answer is larger than 32 MB; ask for smaller pages", "单页超过 32 MB，请减小分页"
            )
    return bytes(body)


def _read(body: bytes) -> Any:
    """JSON with every number as it was written: 371402193102030000 is not to be rounded."""
    try:
        return json.loads(body, parse_int=str, parse_float=str, parse_constant=str)
    except (ValueError, RecursionError):
        raise CutOff from None


def at_path(answer: Any, path: str) -> Any:
    """What stands at a dotted path, None where nothing does."""
    for name in filter(None, path.split(".")):
        answer = answer.get(name) if isinstance(answer, dict) else None
    return answer


def is_there(answer: Any, path: str) -> bool:
    """Whether something is called so, though it be null."""
    before, _, last = path.rpartition(".")
    around = at_path(answer, before)
    return isinstance(around, dict) and last in around


def _items(answer: Any, settings: HttpSettings) -> list[dict[str, Any]]:
    items = at_path(answer, settings.items)
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        where = settings.items or "the answer"
        raise bad_service(settings, f"there is no list of items at {where}", f"{where} 处没有条目列表")
    return items


def _total(answer: Any, settings: HttpSettings, number: int) -> int | None:
    """How many items there are in all; the first answer must tell, where the settings say that it does."""
    said = at_path(answer, settings.total) if settings.total else None
    if isinstance(said, str) and COUNT.fullmatch(said):
        return int(said)
    if settings.total and number == 1:
        where = settings.total
        raise bad_service(settings, f"there is no number of items at {where}", f"{where} 处没有总条数")
    return None


def _refused(settings: HttpSettings, status: int) -> BadSource:
    if status in (401, 403):
        return bad_service(
            settings,
            f"it refuses our token (HTTP {status}), which may have expired",
            f"令牌被拒（HTTP {status}），可能已过期",
        )
    return bad_service(settings, f"it answers HTTP {status}", f"返回 HTTP {status}")


def _gone(settings: HttpSettings, error: Exception) -> BadSource:
    if isinstance(error, CutOff | httpx.RemoteProtocolError):
        return bad_service(settings, "its answer is cut off, or no JSON", "返回内容不完整，或不是 JSON")
    return bad_service(
        settings, f"it cannot be reached ({type(error).__name__})", f"无法连接（{type(error).__name__}）"
    )


def too_few(settings: HttpSettings, told: int, brought: int) -> BadSource:
    return bad_service(
        settings, f"it tells of {told} items and brought {brought}", f"声称 {told} 条，只返回 {brought} 条"
    )


def bad_service(settings: HttpSettings, why_en: str, why_zh: str) -> BadSource:
    """Something is wrong with a service; it is the turn of whoever runs it."""
    turn = {"turn_en": "Ask whoever runs the service", "turn_zh": "请向服务方核实"}
    return BadSource(place=settings.place, why_en=why_en, why_zh=why_zh, **turn)
