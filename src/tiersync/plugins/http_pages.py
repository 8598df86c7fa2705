"""Asking a web service, page by page: waits when it is asked to, asks again when an answer was cut off, and never
follows a link to somebody else."""

import json
from collections.abc import Iterator
from time import sleep
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit

import httpx

from tiersync.errors import BadSource
from tiersync.plugins.http_settings import HttpSettings

LARGEST_ANSWER = 32 * 2**20  # bytes
MOST_PAGES = 200_000
ATTEMPTS = 5  # for one page
LONGEST_WAIT = 20.0  # seconds at a time, and
PATIENCE = 40.0  # seconds for one page: a node takes a minute of silence for a hang.
USUAL_WAIT = 1.0
MOST_REDIRECTS = 3
LATER = (429, 502, 503, 504)


class Page(NamedTuple):
    """One answer: its number, its items, and how many items there should be in all, None where it does not say."""

    number: int
    items: list[dict[str, Any]]
    total: int | None


class CutOff(Exception):
    """An answer broke off, or is no JSON."""


def pages(settings: HttpSettings) -> Iterator[Page]:
    """Every page, one after the other. Raises BadSource."""
    headers = {**settings.headers, "Accept": "application/json"}
    if settings.token:
        headers["Authorization"] = f"Bearer {settings.token}"
    with httpx.Client(headers=headers, timeout=settings.seconds, trust_env=False) as client:
        yield from _walk(client, settings)


def _walk(client: httpx.Client, settings: HttpSettings) -> Iterator[Page]:
    url, params, seen = settings.url, dict(settings.params) | _first(settings), set[str]()
    done = 0
    for number in range(1, MOST_PAGES + 1):
        answer = _ask(client, url, params, settings)
        items = _items(answer, settings)
        done += len(items)
        yield Page(number, items, _total(answer, settings))
        step = _next(settings, answer, items, number, done)
        if step is None:
            return
        url, params = step
        mark = json.dumps([url, params], sort_keys=True)
        if mark in seen:
            raise bad_service(settings, "its pages go round in a circle", "分页循环，没有尽头")
        seen.add(mark)
    raise bad_service(settings, f"more than {MOST_PAGES} pages", f"超过 {MOST_PAGES} 页")


def _first(settings: HttpSettings) -> dict[str, str]:
    size = {settings.size_param: str(settings.page_size)}
    match settings.paging:
        case "page":
            return size | {settings.page_param: str(settings.first_page)}
        case "offset":
            return size | {settings.offset_param: "0"}
    return {}


def _next(
    settings: HttpSettings, answer: Any, items: list[dict[str, Any]], number: int, done: int
) -> tuple[str, dict[str, str]] | None:
    """Where the next page is, None after the last."""
    if settings.paging == "none" or (not items and settings.paging != "next"):
        return None
    if settings.paging == "next":
        link = at_path(answer, settings.next)
        return _follow(settings, str(link)) if link else None
    if len(items) < settings.page_size:
        return None
    step = settings.first_page + number if settings.paging == "page" else done
    name = settings.page_param if settings.paging == "page" else settings.offset_param
    return settings.url, dict(settings.params) | _first(settings) | {name: str(step)}


def _follow(settings: HttpSettings, link: str) -> tuple[str, dict[str, str]]:
    """A link must stay with the same service: with it goes our token."""
    if not link.startswith(("http:", "https:", "/", "?")):
        return settings.url, dict(settings.params) | {settings.next_param: link}
    url = urljoin(settings.url, link)
    if _origin(url) != _origin(settings.url):
        raise bad_service(settings, "its next link leads to another server", "下一页链接指向另一台服务器")
    return url, {}


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)


def _ask(client: httpx.Client, url: str, params: dict[str, str], settings: HttpSettings) -> Any:
    """One page's answer; waits and asks again as long as there is hope."""
    waited = 0.0
    for attempt in range(ATTEMPTS):
        try:
            status, wait, body = _fetch(client, url, params, settings)
            if status == 200:
                return _read(body)
        except (httpx.TransportError, CutOff) as error:
            status, wait = 0, USUAL_WAIT * 2**attempt
            if isinstance(error, httpx.ConnectError | httpx.UnsupportedProtocol) or attempt == ATTEMPTS - 1:
                raise _gone(settings, error) from None
        if status not in (0, *LATER):
            raise _refused(settings, status)
        waited += wait
        if wait > LONGEST_WAIT or waited > PATIENCE or attempt == ATTEMPTS - 1:
            break
        sleep(wait)
    raise bad_service(
        settings, "it asks us to come back later; the next run tries again", "服务要求稍后再来；下次运行时重试"
    )


def _fetch(client: httpx.Client, url: str, params: dict[str, str], settings: HttpSettings) -> tuple[int, float, bytes]:
    """Status, seconds to wait, and body; redirects are followed within the same service."""
    asked: dict[str, str] | None = params or None
    for _ in range(MOST_REDIRECTS + 1):
        with client.stream("GET", url, params=asked) as response:
            if response.is_redirect:
                url, asked = urljoin(url, response.headers.get("location", "")), None
                if _origin(url) != _origin(settings.url):
                    raise bad_service(settings, "it sends us to another server", "服务把请求转到另一台服务器")
                continue
            return response.status_code, _wait(response), _body(response, settings)
    raise bad_service(settings, "it sends us from place to place", "服务反复重定向")


def _wait(response: httpx.Response) -> float:
    said = response.headers.get("retry-after", "")
    return float(said) if said.isdigit() else USUAL_WAIT


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


def _items(answer: Any, settings: HttpSettings) -> list[dict[str, Any]]:
    items = at_path(answer, settings.items)
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        where = settings.items or "the answer"
        raise bad_service(settings, f"there is no list of items at {where}", f"{where} 处没有条目列表")
    return items


def _total(answer: Any, settings: HttpSettings) -> int | None:
    said = at_path(answer, settings.total) if settings.total else None
    return int(said) if isinstance(said, str) and said.isdigit() else None


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


def bad_service(settings: HttpSettings, why_en: str, why_zh: str) -> BadSource:
    """Something is wrong with a service; it is the turn of whoever runs it."""
    turn = {"turn_en": "Ask whoever runs the service", "turn_zh": "请向服务方核实"}
    return BadSource(place=settings.place, why_en=why_en, why_zh=why_zh, **turn)
