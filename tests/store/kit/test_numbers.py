"""Numbers have no gaps and are given once; what people call by number keeps it."""

import pytest
from sqlalchemy import delete, insert

from tests.store.kit.place import HOME, LEFT, NOW, Place, finding, seal_some
from tiersync.errors import UnknownName
from tiersync.store.database import Store
from tiersync.store.findings import finding_rows, keep_finding, settle
from tiersync.store.links.envelopes import last_number
from tiersync.store.links.links import change_link, open_link
from tiersync.store.links.numbers import take_numbers
from tiersync.store.links.outbox import newest, next_batch, queue
from tiersync.store.runs.quarantine import RefusedRow, refused_rows, replace_refused
from tiersync.store.tables import envelopes, outbox

A, B, C = "000000000001", "000000000002", "000000000003"


def test_four_processes_that_seal_at_once_leave_no_gap_and_no_double(place: Place) -> None:
    four = place.begin("sealing", 4, 6)
    said, _ = four.communicate(timeout=100)
    assert four.returncode == 0
    assert sorted(map(int, said.split())) == list(range(1, 73))
    with place.open().read() as db:
        assert last_number(db, HOME, 1) == 72


def test_a_number_is_not_given_again_though_its_envelope_is_forgotten(store: Store) -> None:
    with store.write() as db:
        assert seal_some(db, store, 3) == [1, 2, 3]
        db.execute(delete(envelopes).where(envelopes.c.number == 3))
    with store.write() as db:
        assert seal_some(db, store, 2) == [4, 5]


def test_a_node_of_an_older_program_goes_on_after_its_last_number(store: Store) -> None:
    with store.write() as db:
        assert take_numbers(db, HOME, 2, 1) == 1
        columns = {"id": "0" * 36, "kind": "finding", "origin": HOME, "epoch": 3, "number": 8, "came_from": HOME}
        db.execute(insert(envelopes).values(**columns, stored_at="", state="held", seal="", body=b""))
        assert take_numbers(db, HOME, 3, 2) == 9
        assert take_numbers(db, HOME, 3, 1) == 11


def test_positions_of_a_link_have_no_gap(store: Store) -> None:
    with store.write_link(LEFT) as db:
        open_link(db, LEFT, "child")
        seal_some(db, store, 5)
        queue(db, LEFT, [(row.id, "finding") for row in db.execute(envelopes.select().order_by(envelopes.c.number))])
    given: list[int] = []
    for _ in range(7):
        with store.write_link(LEFT) as db:
            given += next_batch(db, LEFT, 1).positions[-1:]
            db.execute(outbox.update().where(outbox.c.state == "sent").values(state="stored"))
            change_link(db, LEFT, acknowledged=given[-1])
    assert given[:5] == [1, 2, 3, 4, 5]


def test_settling_a_number_settles_what_was_shown_under_it(store: Store) -> None:
    """Others are opened and closed between the list and the word."""
    with store.write() as db:
        keep_finding(db, finding(B), NOW)
        keep_finding(db, finding(C), NOW)
    with store.read() as db:
        shown = {row.number: row.subject for row in finding_rows(db)}
    with store.write() as db:
        keep_finding(db, finding(A), NOW)
        keep_finding(db, finding(B, is_open=False), NOW)
    for number, subject in shown.items():
        with store.write() as db:
            assert settle(db, number, "asked by telephone", NOW).subject == subject
    with store.write() as db, pytest.raises(UnknownName):
        settle(db, 99, "who?", NOW)


def test_a_row_that_is_refused_later_never_gets_the_number_of_one_that_is_gone(store: Store) -> None:
    def refused(*places: str) -> list[RefusedRow]:
        return [RefusedRow("a.csv", "", 1, "sex", "required", b"", place, place) for place in places]

    seen: list[int] = []
    for places in (("one", "two"), ("three",), ("four", "five")):
        with store.write() as db:
            replace_refused(db, "a/senior", "run", refused(*places), NOW)
            seen += sorted(row.id for row in refused_rows(db))
    assert sorted(set(seen)) == seen


def test_what_is_queued_last_is_always_seen_as_new(store: Store) -> None:
    with store.write() as db:
        queue(db, LEFT, [("first", "finding")])
        before = newest(db)
        db.execute(delete(outbox))
        queue(db, LEFT, [("second", "finding")])
        assert newest(db) > before
