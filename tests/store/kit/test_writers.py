"""Who writes for the node waits for whoever does; the exchanges of two children go on side by side."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.store.kit.place import HOME, LEFT, NOW, RIGHT, Place, finding, seal_some
from tiersync.store.database import Store
from tiersync.store.facts import recall, remember
from tiersync.store.findings import keep_finding, open_findings
from tiersync.store.links.links import change_link, link_to, open_link
from tiersync.store.links.outbox import next_batch, queue

SOON = 20  # seconds after which a thread that should go on is given up


@pytest.fixture
def four() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as pool:
        yield pool


def test_the_exchange_of_one_child_ends_while_that_of_another_is_in_the_middle(
    place: Place, store: Store, four: ThreadPoolExecutor
) -> None:
    """In SQLite there is one writer at a time: there it waits instead."""
    for peer in (LEFT, RIGHT):
        with store.write_link(peer) as db:
            open_link(db, peer, "child")

    def exchange_on_the_right() -> None:
        with store.write_link(RIGHT) as db:
            change_link(db, RIGHT, counter=7)
            keep_finding(db, finding(RIGHT), NOW)

    with store.write_link(LEFT) as db:
        change_link(db, LEFT, counter=3)
        right = four.submit(exchange_on_the_right)
        if not place.is_sqlite:
            right.result(SOON)
        keep_finding(db, finding(LEFT), NOW)
    right.result(SOON)
    with store.read() as db:
        assert (link_to(db, LEFT).counter, link_to(db, RIGHT).counter) == (3, 7)
        assert {one.unit for one in open_findings(db)} == {LEFT, RIGHT}


@pytest.mark.parametrize("is_link", [True, False])
def test_who_comes_second_reads_what_the_first_wrote(store: Store, four: ThreadPoolExecutor, is_link: bool) -> None:
    """Messages over one link, or writers who file for the node."""
    with store.write_link(LEFT) as db:
        open_link(db, LEFT, "child")

    def count_on(times: int) -> None:
        for _ in range(times):
            if is_link:
                with store.write_link(LEFT) as db:
                    change_link(db, LEFT, counter=link_to(db, LEFT).counter + 1)
            else:
                with store.write() as db:
                    remember(db, "counter", str(int(recall(db, "counter") or 0) + 1))

    for job in [four.submit(count_on, 15) for _ in range(4)]:
        job.result(3 * SOON)
    with store.read() as db:
        assert (link_to(db, LEFT).counter if is_link else int(recall(db, "counter") or 0)) == 60


def test_writers_of_every_kind_at_once_lose_nothing_and_never_stop_each_other(
    store: Store, four: ThreadPoolExecutor
) -> None:
    """Exchanges write for their link first and for the node in the end; others file, and queue for all children."""
    for peer in (LEFT, RIGHT):
        with store.write_link(peer) as db:
            open_link(db, peer, "child")

    def exchange(peer: str) -> None:
        for step in range(12):
            with store.write_link(peer) as db:
                change_link(db, peer, counter=step)
                next_batch(db, peer, 2**20)
                remember(db, f"{peer} {step}", "done")

    def file(name: str) -> None:
        for step in range(12):
            with store.write() as db:
                [number] = seal_some(db, store, 1)
                for peer in (RIGHT, LEFT):
                    queue(db, peer, [(f"{name}{step}", "finding")])
                remember(db, f"{name} {step}", str(number))

    jobs = [four.submit(exchange, LEFT), four.submit(exchange, RIGHT), four.submit(file, "a"), four.submit(file, "b")]
    for job in jobs:
        job.result(3 * SOON)
    with store.read() as db:
        numbers = sorted(int(recall(db, f"{name} {step}") or 0) for name in "ab" for step in range(12))
        assert numbers == list(range(1, 25))
        assert {recall(db, f"{peer} {step}") for peer in (LEFT, RIGHT) for step in range(12)} == {"done"}
        assert recall(db, HOME) is None
