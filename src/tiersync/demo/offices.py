"""What offices do, each by the node that a host in this process keeps for it: the demo's steps, and the benches'."""

import json
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from tiersync.config.packaged import packaged_catalogue
from tiersync.config.settings import NodeSettings, ServeSettings, Settings
from tiersync.config.units import read_units
from tiersync.flow import down, up
from tiersync.flow.agreement.reconcile import Wanted, reconcile
from tiersync.flow.joining.welcome import make_invitation
from tiersync.flow.node import Node
from tiersync.flow.notices import notice as notices
from tiersync.flow.reading.ingest import ingest, raise_together
from tiersync.host.founding import Joining, found_top, join_parent
from tiersync.host.host import Host, allowance
from tiersync.host.hosted import AT_ONCE
from tiersync.host.opening import now
from tiersync.host.reporter import Reporter
from tiersync.model.finding import Finding
from tiersync.model.notice import Audience, Notice
from tiersync.model.period import Period
from tiersync.model.report import ReportKey
from tiersync.model.text import Text
from tiersync.plugins.worker.workers import Workers
from tiersync.rules.agreement.difference import decimal_text
from tiersync.store.findings import finding_rows
from tiersync.store.reports.reports import current_report, current_reports
from tiersync.store.reports.sealed import sealed_reports
from tiersync.store.runs.quarantine import RunDone
from tiersync.web.client import listen_for
from tiersync.web.server import bind, make_app, make_server


def nobody_watches(text: Text) -> None:
    """What goes wrong in the demo ends it; strangers there are none."""


def address_said(unit: str, host: str, port: int) -> None:
    """The demo names no addresses."""


def fault_raised(error: Exception) -> None:
    """Nothing in the demo is done by itself."""
    raise error


UNWATCHED = Reporter(address_said, nobody_watches, fault_raised)


class Offices:
    """The nodes in the folders below `root`, run by one host and served at one loopback address."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.host = Host(UNWATCHED, is_alone=False, workers=Workers(AT_ONCE))
        self._port = bind("127.0.0.1:0")
        self.url = f"http://127.0.0.1:{self._port.getsockname()[1]}"
        allowed = allowance([ServeSettings()])
        self._server = make_server(make_app(self.host.answer, self.host.newest, self.host.has_news, allowed))
        self._serving = threading.Thread(target=self._server.run, kwargs={"sockets": [self._port]}, daemon=True)

    def folder(self, unit: str) -> Path:
        return self.root / unit

    def node(self, unit: str) -> Node:
        return self.host.hosted[unit].node

    def found(self, unit: str, units: Path, nil: Sequence[str] = ()) -> None:
        """Set up the top with a list of units, and serve from now on."""
        settings = Settings(
            node=NodeSettings.model_validate({"unit": unit, "nil": nil}),
            serve=ServeSettings(listen=listen_for(self.url), url=self.url),
        )
        found_top(self.folder(unit), packaged_catalogue(unit, read_units(units, unit)), settings)
        self._take_up(unit)

    def invite(self, parent: str, unit: str, url: str = "") -> str:
        """A token for a unit below, which names the common address or another way there."""
        return make_invitation(self.node(parent), unit, url or self.url, now()).text()

    def join(self, unit: str, token: str, nil: Sequence[str] = (), has_children: bool = True) -> None:
        """Set up a node by its token; one that has children is served at the common address."""
        url = self.url if has_children else ""
        serve = ServeSettings(listen=listen_for(url), url=url)
        join_parent(self.folder(unit), token, Joining(serve, nil=tuple(nil)))
        self._take_up(unit)

    def _take_up(self, unit: str) -> None:
        self.host.add(self.folder(unit))
        if not self._serving.is_alive():
            self._serving.start()

    def read(self, unit: str) -> list[RunDone]:
        """Read and check a node's sources."""
        return ingest(self.host.hosted[unit].with_plugins(), now())

    def push(self, unit: str, periods: Sequence[str]) -> int:
        """One push for each of the periods; how many reports were filed."""
        hosted = self.host.hosted[unit]
        done = [up.push(hosted.with_plugins(), hosted.asker(), now(), Period(period)) for period in periods]
        raise_together([error for one in done for error in one.failed])
        return sum(one.filed for one in done)

    def pull(self, unit: str) -> None:
        """Take what has come down; the top has nobody above."""
        ask = self.host.hosted[unit].asker()
        if ask:
            down.pull(self.node(unit), ask, now())

    def publish(self, unit: str, title: str, text: str, tiers: Sequence[str], issued_on: date) -> str:
        """Publish a policy for these tiers; its id."""
        node = self.node(unit)
        with node.store.read() as db:
            issuer = node.tree(db)[node.home].name
        notice = Notice(
            notice_id=notices.new_notice_id(), title=title, text=text, issued_by=node.home, issuer=issuer,
            issued_on=issued_on, audience=Audience(tiers=tuple(tiers)),
        )  # fmt: skip
        return notices.publish(node, notice, (), now())

    def mark_read(self, unit: str, notice: str) -> None:
        notices.mark_read(self.node(unit), notice, now())

    def receipts(self, unit: str, notice: str) -> Counter[str]:
        """How many units of a notice's audience say what of it."""
        return Counter(row.state for row in notices.board(self.node(unit), notice))

    def differences(self, unit: str) -> list[Finding]:
        """What `reconcile` says at a node."""
        return reconcile(self.node(unit), Wanted(), now())

    def altered(self, unit: str) -> list[dict[str, Any]]:
        """Every figure of which a node ever learned that it was altered, mended or not."""
        with self.node(unit).store.read() as db:
            rows = [json.loads(row.body) for row in finding_rows(db)]
        return [row for row in rows if row["reason"] == "altered" and row["indicator"]]

    def filed(self, unit: str) -> int:
        """How many current reports a node filed itself."""
        with self.node(unit).store.read() as db:
            return len(current_reports(db, origin=unit))

    def figure(self, unit: str, form: str, period: str, indicator: str) -> str:
        """The unit's figure: of its total, or of its own part where it has no total; the status where it has none."""
        with self.node(unit).store.read() as db:
            keys = [ReportKey(form, unit, period, part) for part in ("total", "own")]
            rows = [row for key in keys if (row := current_report(db, key))]
            for _, report in sealed_reports(db, rows[:1]):
                for cell in report.cells.rows():
                    if (cell.indicator, cell.breakdown, cell.measure) == (indicator, "", "value"):
                        return decimal_text(cell.value, cell.scale) if cell.value is not None else cell.status
        return ""

    def close(self) -> None:
        """End the server and let every node go."""
        self._server.should_exit = True
        if self._serving.is_alive():
            self._serving.join(timeout=10)
        self._port.close()
        self.host.close()


@contextmanager
def open_offices(root: Path) -> Iterator[Offices]:
    """The offices below `root`, until the block ends."""
    offices = Offices(root)
    try:
        yield offices
    finally:
        offices.close()
