"""Running nodes: one server for the children of all of them, and for each the threads of what it does by itself.

A process may do both, or one of them: over a shared database several serve, and several work.
"""

import signal
import socket
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from time import monotonic
from typing import NamedTuple

from tiersync.config.settings import Settings, read_settings
from tiersync.errors import BadSetting, HostedTwice, HostRuns, PortInUse, TiersyncError
from tiersync.host.host import Host, allowance
from tiersync.host.hosted import HostedNode
from tiersync.host.jobs.keeping import keep_jobs
from tiersync.host.listening import SHORTEST, Work, keep_doing, listen_once
from tiersync.host.opening import ROLES, hosting, now
from tiersync.host.place import is_elsewhere, note_place
from tiersync.host.reporter import Reporter, said_of
from tiersync.model.text import Text
from tiersync.store.links.links import child_peers
from tiersync.web.server import bind, make_app, make_server

UNSERVED = Text("本节点没有下级，其余照常。", "Nobody is linked below this node, so all else goes on.")
ELSEWHERE = Text(
    "本节点上次在另一台机器或另一目录中运行。若已迁移，请确认原处不再运行：同一节点只能在一处运行",
    "This node ran at another machine, or in another folder, before. If it was moved, see that it runs there no more: "
    "a node has one place",
)

PATIENCE = 2.0  # seconds that what the nodes are doing gets to end
APART = (
    0.25  # seconds between the first jobs of nodes that begin together, so that their children are answered meanwhile
)
AGAIN = 60.0  # seconds until a folder is tried again whose node could not be opened beside others
NOT_LISTENED = Text(
    "已重新打开，但其监听地址未启用：重新运行 tiersync run 后才为下级提供服务",
    "It is open again, but nobody listens at its address: its children are served once tiersync run is started anew",
)


class Doing(NamedTuple):
    """What a process does for its nodes: answers their children, and does their jobs; and where children and monitoring
    reach it, where that is not what the settings say."""

    serves: bool = True
    works: bool = True
    listen: str = ""
    health: str = ""


BOTH = Doing()


def run(folders: Sequence[Path], reporter: Reporter, clock_is_right: bool = False, doing: Doing = BOTH) -> None:
    """Answer the children of the nodes in these folders, and do their jobs, until Ctrl-C or SIGTERM.

    A node alone that cannot be opened ends it; beside others it is noted and tried again.
    """
    ends = threading.Event()
    host = Host(reporter, is_alone=len(folders) == 1, ends=ends)
    with ExitStack() as stack:
        stack.callback(host.close)
        running = Running(host, reporter, ends, clock_is_right, doing)
        stack.callback(running.let_go)
        settings = running.open(folders)
        running.watch(stack, settings)
        if doing.serves:
            running.bind_all(stack, settings)
        if not running.ports:
            stack.callback(running.end)
            running.begin()
            with ending(ends.set):
                ends.wait()
            return
        allowed = allowance(one.serve for one in settings.values())
        server = make_server(make_app(host.answer, host.newest, host.has_news, allowed))
        stack.callback(running.end)
        running.begin()
        with ending(server.end):
            running.say_where()
            server.run(sockets=list(running.ports.values()))


class Running:
    """The threads of a host's nodes: each one's own work, and the opening of those that could not be opened."""

    def __init__(
        self, host: Host, reporter: Reporter, ends: threading.Event, clock_is_right: bool, doing: Doing = BOTH
    ) -> None:
        self.host, self.reporter, self.ends, self.clock_is_right = host, reporter, ends, clock_is_right
        self.doing = doing
        self.held = ExitStack()  # what keeps other processes from the folders
        self.ports: dict[str, socket.socket] = {}
        self.listens: dict[str, str] = {}  # by unit
        self.closed: list[Path] = []
        self.threads: list[threading.Thread] = []
        self.workers: dict[str, threading.Thread] = {}  # those of jobs, by unit

    def open(self, folders: Sequence[Path]) -> dict[Path, Settings]:
        """Open every node; the settings of those whose settings can be read. Raises what goes wrong with the only one,
        or with all of them, NoNode for a folder that has none, and HostedTwice."""
        settings: dict[Path, Settings] = {}
        for folder in folders:
            try:
                settings[folder] = read_settings(folder)
                self.host.closed.add(settings[folder].node.unit)
                self._open(folder)
            except HostedTwice:
                raise
            except TiersyncError as error:
                is_last = folder == folders[-1] and not self.host.hosted
                if len(folders) == 1 or is_last or (folder not in settings and not isinstance(error, BadSetting)):
                    raise
                self._note_closed(folder, error)
                self.closed.append(folder)
        return settings

    def _open(self, folder: Path) -> HostedNode:
        hosted = self.host.add(folder, self.clock_is_right)
        try:
            self._hold(hosted)
        except HostRuns:
            self.host.drop(hosted)
            raise
        self.host.closed.discard(hosted.node.home)
        return hosted

    def _hold(self, hosted: HostedNode) -> None:
        """A database in a node's folder is for one host; raises HostRuns where there is another."""
        if not hosted.node.store.is_shared:
            roles = [name for name, does in zip(ROLES, self.doing, strict=False) if does]
            for role in roles:
                self.held.enter_context(hosting(hosted.folder, role))

    def bind_all(self, stack: ExitStack, settings: Mapping[Path, Settings]) -> None:
        """Take the ports at which units below call. One that somebody else has is noted where nobody calls the nodes
        that listen there; else raises PortInUse."""
        for listen in dict.fromkeys(self.doing.listen or one.serve.listen for one in settings.values()):
            try:
                self.ports[listen] = stack.enter_context(bind(listen))
            except PortInUse as error:
                if any(self._is_called(folder) for folder, one in settings.items() if one.serve.listen == listen):
                    raise
                said = said_of(error)
                self.reporter.note(Text(f"{said.zh}{UNSERVED.zh}", f"{said.en} {UNSERVED.en}"))

    def _is_called(self, folder: Path) -> bool:
        """Whether anybody calls the node in a folder: it has units below, or is the top and will. Of one that could
        not be opened nobody knows."""
        hosted = next((one for one in self.host.hosted.values() if one.folder == folder), None)
        if hosted is None or self.doing.listen or not hosted.settings().parent.url:
            return True
        with hosted.node.store.read() as db:
            return bool(child_peers(db))

    def let_go(self) -> None:
        """Let other processes have the folders."""
        self.held.close()

    def _note_closed(self, folder: Path, error: TiersyncError) -> None:
        """Note why the node in a folder does not run beside the others."""
        said = said_of(error)
        self.reporter.note(Text(f"{folder}：{said.zh}", f"{folder}: {said.en}"))

    def watch(self, stack: ExitStack, settings: Mapping[Path, Settings]) -> None:
        """Let monitoring in, at the addresses that the nodes' settings name."""
        named = [self.doing.health] if self.doing.health else [one.health.listen for one in settings.values()]
        listens = [one for one in dict.fromkeys(named) if one]
        if not listens:
            return
        from tiersync.host.health import JobTally, figures, readiness, tallied
        from tiersync.web.health import make_health_app, watched_at

        tally, host = JobTally(), self.host
        host.reporter_of = tallied(host.reporter_of, tally)

        def hosted() -> list[HostedNode]:
            return list(host.hosted.values())

        app = make_health_app(
            lambda: readiness(hosted(), list(host.closed), self.stopped()), lambda: figures(hosted(), tally)
        )
        for listen in listens:
            stack.enter_context(watched_at(listen, app))

    def begin(self) -> None:
        """Begin each node's own work, and try those again that could not be opened."""
        for hosted in list(self.host.hosted.values()):
            self._work_for(hosted)
        for folder in self.closed:
            self._start(partial(self._open_late, folder), AGAIN, self.reporter)

    def say_where(self) -> None:
        """Say at which address each node is served. It is the last word before they are: whoever started them goes on
        then, and may change their settings."""
        for unit, listen in self.listens.items():
            self._say_where(unit, listen)

    def _say_where(self, unit: str, listen: str) -> None:
        port = self.ports.get(listen)
        if port is not None:
            self.reporter.serving(unit, *port.getsockname()[:2])
        elif self.ports and self._is_called(self.host.hosted[unit].folder):
            self.host.reporter_of(unit).note(NOT_LISTENED)

    def _open_late(self, folder: Path) -> None:
        """Open a node whose fault was mended meanwhile; it is looked after from then on."""
        if folder not in self.closed:
            return
        try:
            hosted = self._open(folder)
        except TiersyncError as error:
            self._note_closed(folder, error)
            return
        self.closed.remove(folder)
        self._work_for(hosted)
        self._say_where(hosted.node.home, self.listens[hosted.node.home])

    def _work_for(self, hosted: HostedNode) -> None:
        """Begin what a node does by itself."""
        reporter = self.host.reporter_of(hosted.node.home)
        self.listens[hosted.node.home] = self.doing.listen or hosted.settings().serve.listen
        if self.doing.works:
            self._look_at_place(hosted, reporter)
            later = len(self.workers) * APART
            self.workers[hosted.node.home] = self._thread(partial(keep_jobs, hosted, reporter, self.ends, later))
            settings = hosted.settings()
            if settings.parent.url and settings.run.wait_seconds:
                self._start(partial(listen_once, hosted, reporter.note), SHORTEST, reporter)

    def _look_at_place(self, hosted: HostedNode, reporter: Reporter) -> None:
        """Say that a node ran elsewhere before, and note where it runs now; a disk without room stops nothing."""
        try:
            if is_elsewhere(hosted.node, hosted.folder):
                reporter.note(ELSEWHERE)
            note_place(hosted.node, hosted.folder, now())
        except TiersyncError as error:
            reporter.note(said_of(error))

    def _start(self, work: Work, pause: float, reporter: Reporter) -> None:
        self._thread(partial(keep_doing, work, pause, self.ends, reporter))

    def _thread(self, target: Callable[[], None]) -> threading.Thread:
        thread = threading.Thread(target=target, daemon=True)
        self.threads.append(thread)
        thread.start()
        return thread

    def stopped(self) -> list[str]:
        """The nodes whose jobs nobody looks for any more, which should never be."""
        return [unit for unit, thread in self.workers.items() if not thread.is_alive() and not self.ends.is_set()]

    def end(self) -> None:
        """Ask every thread to end, and wait a moment for those that work."""
        self.ends.set()
        until = monotonic() + PATIENCE
        for thread in self.threads:
            thread.join(timeout=max(0.0, until - monotonic()))


@contextmanager
def ending(end: Callable[[], None]) -> Iterator[None]:
    """Ctrl-C and SIGTERM end what is done within, also before it has begun. Ctrl-C is raised when it has ended: raised
    at once, it could meet a loop that is half made, whose own end would then speak of a fault. SIGTERM is how a
    service is stopped, and no fault."""
    asked = threading.Event()

    def interrupt(*_: object) -> None:
        asked.set()
        end()

    before = signal.signal(signal.SIGINT, interrupt), signal.signal(signal.SIGTERM, lambda *_: end())
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before[0])
        signal.signal(signal.SIGTERM, before[1])
    if asked.is_set():
        signal.raise_signal(signal.SIGINT)
