"""What a node does asks no more of its database after nine years than after three: nothing grows with history."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

from tests.stories.network import COMMUNITY, STREET, Network, line_catalogue
from tiersync.flow import down, up
from tiersync.flow.agreement.reconcile import Wanted, reconcile
from tiersync.flow.exchange.child import send_waiting
from tiersync.model.period import Period
from tiersync.views.node_status import status

BENCH = Path(__file__).parents[2] / "bench"
FEW, MANY = 3, 9  # years


def acts(network: Network, newest: str) -> dict[str, Callable[[], object]]:
    """What a community and the street above it do while nothing changes."""
    below, above, ask = network.nodes[COMMUNITY], network.nodes[STREET], network.ask(COMMUNITY)
    return {
        "a push below": lambda: up.push(below, ask, network.now, Period(newest)),
        "a push that says no period": lambda: up.push(below, ask, network.now),
        "a push above": lambda: up.push(above, network.ask(STREET), network.now, Period(newest)),
        "an exchange": lambda: send_waiting(below, ask, network.now),
        "a pull": lambda: down.pull(below, ask, network.now),
        "status below": lambda: status(below, network.now),
        "status above": lambda: status(above, network.now),
        "a year reconciled": lambda: reconcile(above, Wanted(period=Period(newest)), network.now),
    }


def test_no_act_asks_for_more_after_more_years(tmp_path: Path) -> None:
    sys.path.append(str(BENCH))
    asked = import_module("asked").asked
    network, after = (
        Network(tmp_path, now=datetime(2005, 1, 5, tzinfo=UTC), catalogue=line_catalogue()),
        [],
    )
    for year in range(1, MANY + 1):
        network.now = datetime(2005 + year, 1, 5, tzinfo=UTC)
        network.file(COMMUNITY, 20 + year, period=str(2004 + year))
        network.exchange_all()
        if year in (FEW, MANY):
            each = acts(network, str(2004 + year))
            for act in (*each.values(), *each.values()):
                act()  # What is new is filed and sent, and what is looked at once a day was looked at.
            after.append({what: asked([*network.nodes.values()], act) for what, act in each.items()})
    for what, before in after[0].items():
        later = after[1][what]
        assert later.statements <= before.statements, what
        assert later.rows <= before.rows, what
        assert later.bytes < before.bytes * 1.1, what
        assert later.steps <= before.steps * 1.25 + 2, what
