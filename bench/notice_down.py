"""A notice from the city until a community that waits has it: four `tiersync run` processes, three links."""

import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from made_network import Founded, found_here, join_here, keep_going, some_address
from measure import Line
from network import four_tiers

from tiersync.config.settings import RunSettings
from tiersync.flow.notices.notice import new_notice_id, publish
from tiersync.host.opening import now
from tiersync.model.notice import Audience, Notice
from tiersync.store.notices import all_notices

TIMES = 15
WAITS = RunSettings(interval_seconds=86_400, wait_seconds=60)  # longer than a notice takes, so that everybody waits
REST = 3.7  # seconds between two notices: whoever heard one has asked again, and looks are met at all their moments
LOOK = 0.005
PATIENCE = 30.0


def join_tiers(root: Path) -> list[Founded]:
    """One node a tier, the city first."""
    top, *below = four_tiers()
    made = [found_here(root, [top, *below], some_address(), WAITS)]
    for unit in below:
        made.append(join_here(root, made[-1], unit.code, some_address(), WAITS))
    return made


def seconds_down(city: Founded, community: Founded) -> float:
    """Seconds from the moment when a notice is published until the community holds it."""
    unit, began = city.place.unit, time.perf_counter()
    notice = Notice(
        notice_id=new_notice_id(), title="通知", text="请各社区知悉。", issued_by=unit, issuer="市民政局",
        issued_on=city.node.day_of(now()), audience=Audience(tiers=("community",)),
    )  # fmt: skip
    publish(city.node, notice, (), now())
    while not _holds(community, notice.notice_id):
        assert time.perf_counter() - began < PATIENCE, "the community never got the notice"
        time.sleep(LOOK)
    return time.perf_counter() - began


def _holds(community: Founded, notice: str) -> bool:
    with community.node.store.read() as db:
        return any(row.notice == notice for row in all_notices(db))


def measure(*, is_quick: bool = False) -> list[Line]:
    times = 5 if is_quick else TIMES
    with tempfile.TemporaryDirectory(prefix="tiersync-notice-") as name, ExitStack() as stack:
        tiers = join_tiers(Path(name))
        for one in tiers:
            stack.enter_context(keep_going("run", [one.place.folder], one.place.url))
        time.sleep(REST)
        seconds = []
        for _ in range(times):
            seconds.append(seconds_down(tiers[0], tiers[-1]))
            time.sleep(REST)
    said = f"aim 1.5 s; {times} notices, from {min(seconds):.2f} to {max(seconds):.2f} s"
    return [Line("a notice over three links to a community that waits", median(seconds), "s", said)]
