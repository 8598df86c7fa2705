"""An insurer's web service, as a process of its own: pages, limits, tokens, and what goes wrong with them.

`python -m tests.plugins.insurer_api HOW ITEMS` prints its port and serves on loopback until it is ended.
"""

import json
import sys
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import time
from urllib.parse import parse_qs, urlsplit

from tests.plugins.numbers import identity

TOKEN = "geheim-token-4711"


def item(number: int) -> dict[str, object]:
    return {
        "id": f"B{number:06}",
        "person": {"idNo": identity(number % 1000), "name": f"测{number}"},
        "kind": "参保", "paid": 100, "year": 2013, "tags": ["甲", "乙"], "active": True, "note": None,
    }  # fmt: skip


class Service(BaseHTTPRequestHandler):
    """Answers GET /api/policies; `how` says what is odd about it."""

    how = "page"
    items = 25
    asked = 0

    def do_GET(self) -> None:
        Service.asked += 1
        if self.how == "expired" or self.headers.get("Authorization") != f"Bearer {TOKEN}":
            self.say(401, {"error": "token expired"})
        else:
            asked = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
            getattr(self, self.how)(asked)

    def page(self, asked: dict[str, str]) -> None:
        number, size = int(asked["page"]), int(asked["size"])
        self.answer(range((number - 1) * size, min(number * size, self.items)))

    def offset(self, asked: dict[str, str]) -> None:
        first, size = int(asked["offset"]), int(asked["size"])
        self.answer(range(first, min(first + size, self.items)))

    def next(self, asked: dict[str, str]) -> None:
        first = int(asked.get("cursor", "0"))
        last = min(first + 10, self.items)
        self.answer(range(first, last), next=f"/api/policies?cursor={last}" if last < self.items else None)

    def elsewhere(self, asked: dict[str, str]) -> None:
        self.answer(range(5), next="http://127.0.0.2:9/api/policies?cursor=5")

    def circle(self, asked: dict[str, str]) -> None:
        self.answer(range(5), next="/api/policies?cursor=0")

    def redirect(self, asked: dict[str, str]) -> None:
        self.send(302, b"", {"Location": "http://127.0.0.2:9/api/policies"})

    def limited(self, asked: dict[str, str]) -> None:
        """Every other request is one too many."""
        if Service.asked % 2:
            self.say(429, {}, {"Retry-After": "0"})
        else:
            self.page(asked)

    def busy(self, asked: dict[str, str]) -> None:
        self.say(503, {}, {"Retry-After": "3600"})

    def cut_off(self, asked: dict[str, str]) -> None:
        """The first answer of each page breaks off in the middle."""
        if Service.asked % 2:
            self.send(200, b'{"data": [{"id": "B0', {"Content-Length": "5000"})
            self.close_connection = True
        else:
            self.page(asked)

    def stumbles(self, asked: dict[str, str]) -> None:
        """The first answer of each page is a fault of its own."""
        if Service.asked % 2:
            self.say(500, {"error": "stack trace"})
        else:
            self.page(asked)

    def until(self, asked: dict[str, str]) -> None:
        """Every other request is one too many, and it says from which moment on it is none."""
        if Service.asked % 2:
            self.say(429, {}, {"Retry-After": formatdate(time() + 1, usegmt=True)})
        else:
            self.page(asked)

    def wild(self, asked: dict[str, str]) -> None:
        self.answer(range(5), next="//127.0.0.1:123456/api")

    def astray(self, asked: dict[str, str]) -> None:
        """A full page, and the link to the next stands where nobody looks."""
        self.say(200, {"data": [item(n) for n in range(10)], "links": {"following": "/api/policies?cursor=10"}})

    def since(self, asked: dict[str, str]) -> None:
        """Only what was written since; each item was written in the year of its number."""
        first = int(asked.get("changed", "0"))
        found = [item(n) | {"changed": n} for n in range(self.items) if n >= first]
        self.say(200, {"data": found if asked["page"] == "1" else [], "total": len(found)})

    def always_cut_off(self, asked: dict[str, str]) -> None:
        Service.asked = 1
        self.cut_off(asked)

    def repeats(self, asked: dict[str, str]) -> None:
        """Each page but the first begins with the last item of the one before."""
        number, size = int(asked["page"]), int(asked["size"])
        first = (number - 1) * size
        self.answer(range(max(0, first - 1), min(number * size, self.items)))

    def changes(self, asked: dict[str, str]) -> None:
        number = int(asked["page"])
        self.say(200, {"data": [item(1) | {"paid": number * 100}] * int(asked["size"]), "total": self.items})

    def too_few(self, asked: dict[str, str]) -> None:
        first = asked.get("page", "1") == "1"
        self.say(200, {"data": [item(n) for n in range(3 if first else 0)], "total": self.items})

    def capped(self, asked: dict[str, str]) -> None:
        """However many are asked for, five come at once, and nobody says how many there are."""
        first = (int(asked["page"]) - 1) * 5
        self.say(200, {"data": [item(n) for n in range(first, min(first + 5, self.items))]})

    def no_such_page(self, asked: dict[str, str]) -> None:
        """Behind the last page there is nothing, and it says so with 404."""
        if (int(asked["page"]) - 1) * int(asked["size"]) < self.items:
            self.page(asked)
        else:
            self.say(404, {"detail": "Invalid page."})

    def last_again(self, asked: dict[str, str]) -> None:
        """Behind the last page stands the last page."""
        last = -(-self.items // int(asked["size"]))
        self.page(asked | {"page": str(min(int(asked["page"]), last))})

    def alternates(self, asked: dict[str, str]) -> None:
        """Two pages in turn, for ever, and nothing says how many items there are."""
        first = int(asked["page"]) % 2 * 10
        self.say(200, {"data": [item(n) for n in range(first, first + 10)], "total": 1000})

    def ignores(self, asked: dict[str, str]) -> None:
        """It pays no heed to what page is asked for, and does not say how many items there are."""
        self.say(200, {"data": [item(n) for n in range(int(asked["size"]))]})

    def shrinks(self, asked: dict[str, str]) -> None:
        """After the first page somebody is taken off the register, and the one behind the page slips onto it."""
        number, size = int(asked["page"]), int(asked["size"])
        there = [item(n) for n in range(0 if number == 1 else 1, self.items)]
        self.say(200, {"data": there[(number - 1) * size : number * size], "total": len(there)})

    def without_keys(self, asked: dict[str, str]) -> None:
        self.say(200, {"data": [item(n) | {"id": None} for n in range(2)] + [item(2)], "total": 3})

    def only_type_2(self, asked: dict[str, str]) -> None:
        """The address says which register is meant."""
        self.page(asked | {"page": asked["page"] if asked.get("type") == "2" else "9"})

    def rubbish(self, asked: dict[str, str]) -> None:
        self.say(200, {"data": "none"})

    def typed(self, asked: dict[str, str]) -> None:
        """One identity number is a number with an exponent."""
        body = json.dumps({"data": [item(n) for n in range(3)], "total": 3})
        self.send(200, body.replace(f'"{identity(1)}"', f"{identity(1)[:6]}e12").encode())

    def answer(self, numbers: range, **more: object) -> None:
        self.say(200, {"data": [item(n) for n in numbers], "total": self.items, **more})

    def say(self, status: int, answer: object, headers: dict[str, str] | None = None) -> None:
        self.send(status, json.dumps(answer, ensure_ascii=False).encode(), headers)

    def send(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        """Nobody reads it."""


def main() -> None:
    Service.how, Service.items = sys.argv[1], int(sys.argv[2])
    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    print(server.server_address[1], flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
