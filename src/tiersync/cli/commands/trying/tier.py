"""One process for all nodes of one tier: it serves each on its own loopback port and does what it is told.

Requests come as JSON, one a line, on standard input; answers go out the same way. The demo and the benches use it, so
that fifteen nodes need four processes and not sixty starts of one.
"""

import json
import signal
import socket
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from tiersync.config.packaged import packaged_catalogue
from tiersync.config.settings import NodeSettings, ServeSettings, Settings, read_settings
from tiersync.config.units import read_units
from tiersync.errors import TiersyncError
from tiersync.flow import down, up
from tiersync.flow.agreement import reconcile
from tiersync.flow.joining import welcome
from tiersync.flow.node import Ask, Node
from tiersync.flow.notices import notice as notices
from tiersync.flow.reading import ingest
from tiersync.host import founding, opening
from tiersync.host.serving import allowance, answering, newest_of, news_of
from tiersync.model.finding import Finding
from tiersync.model.notice import Audience, Notice
from tiersync.model.period import Period
from tiersync.model.report import Report, ReportKey
from tiersync.model.text import Text
from tiersync.rules.agreement.difference import decimal_text
from tiersync.store.findings import finding_rows
from tiersync.store.reports.reports import current_report, current_reports
from tiersync.store.reports.sealed import sealed_reports
from tiersync.web.client import listen_for
from tiersync.web.server import bind, make_app, make_server

AT_ONCE = 2  # nodes that work at the same time: the machines that this must run on have two cores

PORTS: dict[str, socket.socket] = {}


@cache
def unheard(text: Text) -> None:
    """Nobody watches a tier of the demo; what goes wrong ends the play."""


def node_in(folder: str) -> Node:
    """The node in a folder that has one by now, opened once: it is the same process that goes on."""
    return opening.open_with_plugins(Path(folder))


@cache
def parent_of(folder: str) -> Ask | None:
    """The line to the node above, kept up as long as this process lives."""
    return opening.asker(read_settings(Path(folder)))


def open_port(folder: str) -> str:
    """Take a free loopback port for a node; returns the address at which it will serve."""
    PORTS[folder] = bind("127.0.0.1:0")
    return f"http://127.0.0.1:{PORTS[folder].getsockname()[1]}"


def serve(folder: str) -> None:
    """Answer the node's children from now on."""
    node = node_in(folder)
    server = make_server(
        make_app(answering(node, unheard), newest_of(node), news_of(node), allowance(read_settings(Path(folder)).serve))
    )
    threading.Thread(target=server.run, kwargs={"sockets": [PORTS[folder]]}, daemon=True).start()


def init(folder: str, unit: str, url: str, units: str, nil: list[str]) -> None:
    settings = Settings(
        node=NodeSettings.model_validate({"unit": unit, "nil": nil}),
        serve=ServeSettings(listen=listen_for(url), url=url),
    )
    founding.found_top(Path(folder), packaged_catalogue(unit, read_units(Path(units), unit)), settings)


def invite(folder: str, unit: str) -> str:
    settings = read_settings(Path(folder))
    return welcome.make_invitation(node_in(folder), unit, settings.serve.address, opening.now()).text()


def join(folder: str, token: str, url: str, nil: list[str]) -> None:
    serve = ServeSettings(listen=listen_for(url), url=url)
    founding.join_parent(Path(folder), token, founding.Joining(serve, nil=tuple(nil)))


def read_sources(folder: str) -> list[dict[str, Any]]:
    node = node_in(folder)
    return [run._asdict() for run in ingest.ingest(node, opening.now())]


def push(folder: str, periods: list[str]) -> dict[str, Any]:
    """One push for each of the periods named."""
    node, ask = node_in(folder), parent_of(folder)
    done = [up.push(node, ask, opening.now(), Period(period)) for period in periods]
    ingest.raise_together([error for one in done for error in one.failed])
    return {"filed": sum(d.filed for d in done), "sent": sum(d.sent.stored for d in done)}


def pull(folder: str) -> dict[str, Any]:
    ask = parent_of(folder)
    done = down.pull(node_in(folder), ask, opening.now()) if ask else None
    return {"received": done.sent.received if done else 0}


def publish(folder: str, title: str, text: str, tiers: list[str], issued_on: str) -> str:
    node = node_in(folder)
    with node.store.read() as db:
        issuer = node.tree(db)[node.home].name
    notice = Notice(
        notice_id=notices.new_notice_id(), title=title, text=text, issued_by=node.home, issuer=issuer,
        issued_on=date.fromisoformat(issued_on), audience=Audience(tiers=tuple(tiers)),
    )  # fmt: skip
    return notices.publish(node, notice, (), opening.now())


def read(folder: str, notice: str) -> None:
    notices.mark_read(node_in(folder), notice, opening.now())


def board(folder: str, notice: str) -> list[dict[str, str]]:
    return [row._asdict() for row in notices.board(node_in(folder), notice)]


def find_differences(folder: str) -> list[dict[str, Any]]:
    """What `reconcile` says at this node."""
    found: list[Finding] = reconcile.reconcile(node_in(folder), reconcile.Wanted(), opening.now())
    return [finding.model_dump(mode="json") for finding in found]


def altered(folder: str) -> list[dict[str, Any]]:
    """Every figure of which this node ever learned that it was altered, mended or not."""
    with node_in(folder).store.read() as db:
        rows = [json.loads(row.body) for row in finding_rows(db)]
    return [row for row in rows if row["reason"] == "altered" and row["indicator"]]


def filed(folder: str) -> list[dict[str, str]]:
    """The current reports that this node filed itself."""
    node = node_in(folder)
    with node.store.read() as db:
        return [{"form": r.form, "period": r.period, "unit": r.unit, "part": r.part, "status": _worst(r, report)}
                for r, report in sealed_reports(db, current_reports(db, origin=node.home))]  # fmt: skip


def _worst(row: Any, report: Report) -> str:
    return "partial" if "partial" in report.cells.status else "ok"


def figure(folder: str, form: str, period: str, indicator: str) -> str:
    """The home unit's figure: of its total, or of its own part where it has no total."""
    node = node_in(folder)
    with node.store.read() as db:
        keys = [ReportKey(form, node.home, period, part) for part in ("total", "own")]
        rows = [row for key in keys if (row := current_report(db, key))]
        for _, report in sealed_reports(db, rows[:1]):
            for cell in report.cells.rows():
                if (cell.indicator, cell.breakdown, cell.measure) == (indicator, "", "value"):
                    return decimal_text(cell.value, cell.scale) if cell.value is not None else cell.status
    return ""


CALLS: dict[str, Callable[..., Any]] = {
    call.__name__: call
    for call in (
        open_port, serve, init, invite, join, read_sources, push, pull, publish, read, board, find_differences, altered,
        filed, figure,
    )
}  # fmt: skip


def do(request: dict[str, Any]) -> dict[str, Any]:
    """Carry out one request; an error is an answer too."""
    try:
        return {"id": request["id"], "result": CALLS[request["call"]](**request["with"])}
    except TiersyncError as error:
        return {"id": request["id"], "error": [error.say("en"), error.say("zh")]}
    except Exception as error:  # Whoever asked waits for an answer, whatever went wrong.
        fault = f"{request['call']}: {type(error).__name__}"
        return {"id": request["id"], "error": [fault, fault]}


def main() -> None:
    """Work through requests until standard input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for whoever asks; it ends this process.
    saying = threading.Lock()

    def work(request: dict[str, Any]) -> None:
        answer = json.dumps(do(request), ensure_ascii=True, default=str)
        with saying:
            sys.stdout.write(answer + "\n")
            sys.stdout.flush()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        for line in sys.stdin:
            pool.submit(work, json.loads(line))


if __name__ == "__main__":
    main()
