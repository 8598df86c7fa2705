"""Asking over HTTP: whatever stands at the other end, a node ends up with an answer or with a clear word about it."""

import gzip
import itertools
import threading
import time

import pytest

from tests.web.lines import A_MESSAGE, Rubbish, http, saying, serving, turn
from tiersync.errors import NodeAway, NotOurFault, ParentBusy, ParentDown, ParentRubbish, PlainHttp
from tiersync.link.dialogue.messages import Message
from tiersync.link.wire import LARGEST_MESSAGE, encode
from tiersync.web.client import LONGEST_BUSY, MEDIA, USUAL_BUSY, check_url, http_ask


def ask(rubbish: Rubbish, **how: float) -> Message:
    return http_ask(f"http://127.0.0.1:{rubbish.port}", **how)(A_MESSAGE)


def test_a_message_and_its_answer_arrive_as_they_were_said() -> None:
    heard: list[Message] = []
    said, answer = turn(b"", b"\0\r\n\0"), turn(bytes(range(256)) * 1000)

    def hear(message: Message) -> Message:
        heard.append(message)
        return answer

    with serving(hear) as url:
        assert http_ask(url)(said) == answer
    assert heard == [said]


NO_NODE = {
    "another protocol": b"220 zhangsan ready\r\n\r\n",
    "another protocol's first half": b"SSH-2.0-OpenSSH_9.6 zhangsan\r\n",
    "a header that is none": b"HTTP/1.1 200 OK\r\nzhangsan\r\n\r\n",
    "nothing at all": b"",
    "half a status line": b"HTTP/1.",
    "a page": http("200 OK", b"<h1>zhangsan</h1>", Content_Type="text/html"),
    "a page without a type": http("200 OK", b"zhangsan"),
    "nowhere": http("404 Not Found", b"zhangsan"),
    "a fault": http("500 Internal Server Error", b"zhangsan", Content_Type=MEDIA),
    "a way elsewhere": http("302 Found", b"", Location="http://portal.example/zhangsan"),
    "a proxy that asks for a password": http("407 Proxy Authentication Required"),
    "a proxy that takes little": http("413 Content Too Large", b"zhangsan"),
    "an empty answer": http("200 OK", b"", Content_Type=MEDIA),
    "other frames": http("200 OK", b"zhangsan" * 100, Content_Type=MEDIA),
    "frames cut off": http("200 OK", encode(A_MESSAGE)[:-1], Content_Type=MEDIA),
    "an answer cut off": http("200 OK", encode(A_MESSAGE), Content_Type=MEDIA)[:-1],
    "an answer packed once more": http(
        "200 OK", gzip.compress(encode(A_MESSAGE)), Content_Type=MEDIA, Content_Encoding="gzip"
    ),
    "endless headers": b"HTTP/1.1 200 OK\r\n" + b"X-Name: zhangsan\r\n" * 100_000,
}


@pytest.mark.parametrize("said", NO_NODE.values(), ids=NO_NODE)
def test_rubbish_is_named_with_its_address_and_never_repeated(said: bytes) -> None:
    with saying(lambda: [said]) as rubbish, pytest.raises((ParentRubbish, ParentDown)) as caught:
        ask(rubbish)
    for text in (caught.value.say("en"), caught.value.say("zh")):
        assert f"127.0.0.1:{rubbish.port}" in text
        assert "zhangsan" not in text
        assert "{" not in text
    assert caught.value.retry


def test_an_endless_answer_is_cut_when_it_is_larger_than_any_message() -> None:
    sent = itertools.count()

    def endless():
        yield f"HTTP/1.1 200 OK\r\nContent-Type: {MEDIA}\r\n\r\n".encode()
        while next(sent) >= 0:
            yield bytes(2**20)

    with saying(endless) as rubbish, pytest.raises(ParentRubbish, match="endless"):
        ask(rubbish)
    assert next(sent) <= LARGEST_MESSAGE / 2**20 + 20  # What was on its way besides fits into the line's buffers.


def test_an_answer_that_trickles_for_ever_is_cut_after_a_while() -> None:
    ends = threading.Event()

    def trickle():
        yield f"HTTP/1.1 200 OK\r\nContent-Type: {MEDIA}\r\nContent-Length: 1000000\r\n\r\n".encode()
        while not ends.wait(0.01):
            yield b"\0"

    with saying(trickle) as rubbish, pytest.raises(ParentRubbish, match="endless"):
        ask(rubbish, longest=0.1)
    ends.set()


def test_a_parent_that_says_nothing_is_down() -> None:
    ends = threading.Event()

    def silence():
        ends.wait(30)
        yield b""

    with saying(silence) as rubbish, pytest.raises(ParentDown, match="no answer in time"):
        ask(rubbish, patience=0.2)
    ends.set()


def test_a_parent_that_is_not_there_is_down() -> None:
    with saying(list) as rubbish:
        port = rubbish.port
    with pytest.raises(ParentDown, match=f"127.0.0.1:{port}"):
        http_ask(f"http://127.0.0.1:{port}")(A_MESSAGE)


@pytest.mark.parametrize("status", ["429 Too Many Requests", "502 Bad Gateway", "503 Busy", "504 Gateway Timeout"])
@pytest.mark.parametrize(
    ("after", "seconds"),
    [
        ("7", 7), ("0", 1), ("86400", LONGEST_BUSY), ("9" * 5000, USUAL_BUSY), ("-1", USUAL_BUSY), ("", USUAL_BUSY),
        ("Wed, 21 Oct 2026 07:28:00 GMT", USUAL_BUSY),
    ],
)  # fmt: skip
def test_a_busy_parent_says_when_to_come_back(status: str, after: str, seconds: int) -> None:
    """Where a proxy says that nobody is behind it, it is not the node that asks for patience."""
    is_away = status[:3] in ("502", "504")
    raised = NodeAway if is_away else ParentBusy
    with saying(lambda: [http(status, Retry_After=after)]) as rubbish, pytest.raises(raised) as caught:
        ask(rubbish)
    assert caught.value.fields["seconds"] == seconds
    assert caught.value.retry
    assert ("no tiersync node behind it" in caught.value.say("en")) == is_away


def test_who_names_no_time_is_a_proxy_with_nobody_behind_it_and_is_asked_again_soon() -> None:
    with saying(lambda: [http("503 Service Unavailable")]) as rubbish, pytest.raises(NodeAway) as caught:
        ask(rubbish)
    assert (caught.value.fields["seconds"], caught.value.fields["status"]) == (USUAL_BUSY, 503)


def test_a_proxy_is_used_off_this_machine_and_never_on_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("no_proxy", "NO_PROXY", "all_proxy", "ALL_PROXY", "http_proxy"):
        monkeypatch.delenv(name, raising=False)
    answer = http("200 OK", encode(A_MESSAGE), Content_Type=MEDIA)
    with saying(lambda: [answer]) as proxy, saying(lambda: [answer]) as parent:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
        assert http_ask("http://parent.example:8471", insecure=True)(A_MESSAGE) == A_MESSAGE
        assert ask(parent) == A_MESSAGE
    assert [heard.split(b"\r\n")[0] for heard in proxy.heard] == [b"POST http://parent.example:8471/exchange HTTP/1.1"]
    assert [heard.split(b"\r\n")[0] for heard in parent.heard] == [b"POST /exchange HTTP/1.1"]


def test_a_proxy_that_is_busy_or_silent_is_told_apart_from_a_node(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("no_proxy", "NO_PROXY", "all_proxy", "ALL_PROXY", "http_proxy"):
        monkeypatch.delenv(name, raising=False)
    with saying(lambda: [http("504 Gateway Timeout")]) as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
        with pytest.raises(NodeAway):
            http_ask("http://parent.example", insecure=True)(A_MESSAGE)
    with pytest.raises(ParentDown, match=r"parent\.example"):
        http_ask("http://parent.example", insecure=True)(A_MESSAGE)


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "http://localhost:1", "http://[::1]:1", "https://city.example"])
def test_an_address_that_nobody_can_listen_in_on_is_used(url: str) -> None:
    assert check_url(url + "/", insecure=False) == url


@pytest.mark.parametrize("url", ["http://city.example", "http://10.0.0.1:8471", "http://localhost.example:1"])
def test_plain_http_off_this_machine_needs_a_word(url: str) -> None:
    with pytest.raises(PlainHttp, match="--insecure"):
        check_url(url, insecure=False)
    assert check_url(url, insecure=True) == url


@pytest.mark.parametrize("url", ["ftp://city.example", "city.example:8471", "http://", "", "file:///etc/passwd"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(NotOurFault):
        check_url(url, insecure=True)


def test_many_ask_at_once_over_one_line_and_each_gets_its_own_answer() -> None:
    def echo(message: Message) -> Message:
        time.sleep(0.01)
        return message

    answers: dict[int, Message] = {}
    with serving(echo) as url:
        asking = http_ask(url)

        def speak(number: int) -> None:
            answers[number] = asking(turn(b"%d" % number))

        speakers = [threading.Thread(target=speak, args=(number,)) for number in range(20)]
        for speaker in speakers:
            speaker.start()
        for speaker in speakers:
            speaker.join()
    assert {number: answer.envelopes[0].body for number, answer in answers.items()} == {n: b"%d" % n for n in range(20)}
