"""A host: any number of nodes in one process, answered for together and read by workers that they share.

The nodes are isolated: each has its own folder, database, keys and link, and a fault in one harms no other.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from threading import Event, Lock

from tiersync.config.settings import ServeSettings
from tiersync.errors import BadMessage, BadSeal, HostedTwice, TooNew
from tiersync.flow.exchange.parent import Listening, answer_with_news_politely, hear_politely
from tiersync.flow.joining.strangers import Strangers
from tiersync.flow.node import Node
from tiersync.host.hosted import HostedNode, Turns
from tiersync.host.opening import now
from tiersync.host.reporter import Note, Reporter
from tiersync.link.dialogue.messages import Exchange, Fetch, Join, Message, Waiter
from tiersync.link.wire import read_message
from tiersync.model.text import Text
from tiersync.plugins.worker.workers import Workers
from tiersync.store.links.outbox import is_waiting, newest
from tiersync.web.allowance import Allowance
from tiersync.web.files import connections_for
from tiersync.web.server import Answer, NotServed

STRANGERS = {
    "bad_seal": Text("签名不符", "had a seal that does not fit"),
    "needs": Text("所称单位在本节点没有授权书", "named a unit whose charter is not here"),
    "unknown": Text("所持邀请码无效", "presented an unknown invitation"),
}  # Why a message is refused that no linked child sent.


class Host:
    """The nodes of one process, by their home units."""

    def __init__(
        self, reporter: Reporter, is_alone: bool = True, workers: Workers | None = None, ends: Event | None = None
    ) -> None:
        """Where a node `is_alone`, what is reported of it need not name it; no push begins once it `ends`."""
        self.hosted: dict[str, HostedNode] = {}
        self.workers = workers or Workers()
        self.reporter_of: Callable[[str], Reporter] = (lambda unit: reporter) if is_alone else reporter.for_node
        self.closed: set[str] = set()  # units whose nodes could not be opened yet
        self._turns = Turns(ends)
        self._answers: dict[str, Answer] = {}
        self._adding = Lock()

    def add(self, folder: Path, clock_is_right: bool = False) -> HostedNode:
        """Open the node in a folder and answer for it from now on; raises HostedTwice for a unit that has one here."""
        hosted = HostedNode(folder, self.workers, self._turns, clock_is_right)
        home = hosted.node.home
        with self._adding:
            twin = self.hosted.get(home)
            if twin is None:
                self._answers[home] = answering(hosted.node, self.reporter_of(home).note)
                self.hosted[home] = hosted
                return hosted
        hosted.close()
        raise HostedTwice(unit=home, one=twin.folder, other=folder)

    def drop(self, hosted: HostedNode) -> None:
        """Answer for a node no more, and let it go."""
        with self._adding:
            self.hosted.pop(hosted.node.home, None)
            self._answers.pop(hosted.node.home, None)
        hosted.close()

    def answer(self, message: Message) -> Message | Waiter:
        """What the node that a message is for says to it; what is for none of them, the first one refuses. Raises
        NotServed for one that is to be opened again: nobody else may answer for it."""
        to = self._addressee(message)
        if to in self.closed:
            raise NotServed
        return self._answers[to if to in self.hosted else next(iter(self.hosted))](message)

    def _addressee(self, message: Message) -> str:
        """The unit that a message is for, as it says itself, also one of a newer program; "" where it says none."""
        if len(self.hosted) == 1 and not self.closed:
            return ""
        try:
            said = read_message(message)
        except TooNew as error:
            return str(error.fields.get("to", ""))
        except (BadMessage, BadSeal):
            return ""
        return said.to if isinstance(said, Join | Exchange | Fetch) else ""

    def newest(self, unit: str) -> int:
        """A number that grows whenever something is queued for any link of a node."""
        with self.hosted[unit].node.store.read() as db:
            return newest(db)

    def has_news(self, unit: str, child: str) -> bool:
        """Whether anything waits at a node for one of its children."""
        with self.hosted[unit].node.store.read() as db:
            return is_waiting(db, child)

    def close(self) -> None:
        """Let everything go that is open."""
        self.workers.end()
        for hosted in self.hosted.values():
            hosted.close()


def answering(node: Node, note: Note) -> Callable[[Message], Message | Waiter]:
    """How a running node answers its children; that strangers called is noted."""
    node = replace(node, strangers=Strangers(lambda count, why: note(of_strangers(count, why))))

    def hear(message: Message) -> Message | Waiter:
        heard = hear_politely(node, message, now())
        if isinstance(heard, Listening):
            return Waiter(node.home, heard.unit, heard.seconds, lambda: answer_with_news_politely(node, heard, now()))
        return heard

    return hear


def of_strangers(count: int, why: str) -> Text:
    """One line for all messages of units that are not linked here since the line before."""
    latest = STRANGERS[why]
    return Text(
        f"拒收非本节点下级的报文 {count} 条；最近一条{latest.zh}。",
        f"Refused {count} messages from outside this node's links; the latest {latest.en}.",
    )


def allowance(nodes: Iterable[ServeSettings]) -> Allowance:
    """What is allowed to whoever calls, within what this machine lets the process have: of several nodes that share an
    address the most that one of them allows."""
    each = [allowed_by(serve) for serve in nodes]
    return Allowance(*(max(values) for values in zip(*each, strict=True)))


def allowed_by(serve: ServeSettings) -> Allowance:
    """What one node allows."""
    connections = connections_for(serve.connections)
    return Allowance(
        connections, min(serve.connections_per_address, connections), serve.memory_mb * 2**20,
        serve.memory_mb_per_address * 2**20, float(serve.header_seconds), float(serve.slowest_bytes_per_second),
    )  # fmt: skip
