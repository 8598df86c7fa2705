"""Who reads sees one moment, whoever writes meanwhile; what is undone was never there."""

from contextlib import suppress

import pytest

from tests.store.kit.place import Place
from tiersync.errors import DatabaseAway, StoreBroken
from tiersync.store.database import Store
from tiersync.store.facts import recall, remember


class Elsewhere(Exception):
    """Something that has nothing to do with the store."""


def test_a_reader_sees_one_moment_while_another_writes(store: Store) -> None:
    with store.write() as db:
        remember(db, "first", "before")
    with store.read() as view:
        assert recall(view, "first") == "before"
        with store.write() as db:
            remember(db, "first", "after")
            remember(db, "second", "after")
        assert (recall(view, "first"), recall(view, "second")) == ("before", None)
    with store.read() as view:
        assert (recall(view, "first"), recall(view, "second")) == ("after", "after")


def test_what_is_undone_was_never_there(store: Store) -> None:
    def write_half() -> None:
        with store.write() as db:
            remember(db, "said", "half")
            raise Elsewhere

    with pytest.raises(Elsewhere):
        write_half()
    with store.read() as db:
        assert recall(db, "said") is None


def test_what_one_process_wrote_another_reads(place: Place) -> None:
    with place.open().write() as db:
        remember(db, "said", "德州市\n“康乐”\\ 👵🏽")
    with place.open().read() as db:
        assert recall(db, "said") == "德州市\n“康乐”\\ 👵🏽"


def test_a_reader_changes_nothing(store: Store) -> None:
    with suppress(StoreBroken, DatabaseAway), store.read() as db:
        remember(db, "said", "by a reader")
    with store.read() as db:
        assert recall(db, "said") is None
