"""A line that loses, doubles, delays, reorders and cuts messages, or brings garbage; by chance, from the seed."""

from collections import Counter
from collections.abc import Callable
from random import Random

from tiersync.errors import BadMessage, ParentDown, ParentRubbish
from tiersync.flow.node import Ask
from tiersync.link.dialogue.messages import Message
from tiersync.link.wire import decode, encode

MOST_LATE = 4  # messages that lie about somewhere on the line
URL = "the line of the drill"


class BadLine:
    """A line to a parent, as good as `bad` says: 0 never fails, 1 always does."""

    def __init__(self, good: Ask, random: Random) -> None:
        self.good, self.random = good, random
        self.bad = 0.0
        self.late: list[Message] = []
        self.met: Counter[str] = Counter()

    def __call__(self, message: Message) -> Message:
        if self.random.random() >= self.bad:
            return self._deliver(message)
        fate = self.random.choice(sorted(FAIL))
        self.met[fate] += 1
        return FAIL[fate](self, message)

    def _deliver(self, message: Message) -> Message:
        """What was delayed arrives behind what was said after it."""
        answer = self.good(message)
        while self.late:
            self.good(self.late.pop())
        return answer

    def lose_question(self, message: Message) -> Message:
        raise ParentDown(url=URL, why="no answer in time")

    def lose_answer(self, message: Message) -> Message:
        self._deliver(message)
        raise ParentDown(url=URL, why="no answer in time")

    def double(self, message: Message) -> Message:
        self.good(message)
        return self._deliver(message)

    def delay(self, message: Message) -> Message:
        self.late = [*self.late, message][-MOST_LATE:]
        raise ParentDown(url=URL, why="no answer in time")

    def cut_answer(self, message: Message) -> Message:
        raw = encode(self._deliver(message))
        return _decoded(raw[: self.random.randrange(len(raw))])

    def garble_answer(self, message: Message) -> Message:
        raw = bytearray(encode(self._deliver(message)))
        raw[self.random.randrange(len(raw))] ^= 1 << self.random.randrange(8)
        return _decoded(bytes(raw))

    def cut_question(self, message: Message) -> Message:
        """The parent's server refuses what it cannot read, and the node never sees it."""
        raw = encode(message)
        try:
            self.good(decode(raw[: self.random.randrange(len(raw))]))
        except BadMessage as error:
            raise ParentDown(url=URL, why="the answer broke off, or is not HTTP") from error
        raise ParentDown(url=URL, why="no answer in time")


def _decoded(raw: bytes) -> Message:
    """What came, as a client reads it."""
    try:
        return decode(raw)
    except BadMessage as error:
        raise ParentRubbish(url=URL, why=error.fields["why"]) from error


FAIL: dict[str, Callable[[BadLine, Message], Message]] = {
    "question lost": BadLine.lose_question,
    "answer lost": BadLine.lose_answer,
    "doubled": BadLine.double,
    "late": BadLine.delay,
    "answer cut": BadLine.cut_answer,
    "answer garbage": BadLine.garble_answer,
    "question cut": BadLine.cut_question,
}
