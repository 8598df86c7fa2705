"""A folder that the program before this one left is brought to the newest tables, and its sources are read anew."""

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, inspect, text

from tests.store.test_migrations import store_of
from tests.stories.known import SENIOR, A, B, District, senior
from tiersync.store.database import Store, open_store
from tiersync.store.reports.reports import current_reports
from tiersync.store.reports.sealed import sealed_reports

BEFORE = "0004"  # The last migration of 0.1.
Q4 = "2025-Q4"


def rows_of(db: Connection, query: str) -> list[dict[str, Any]]:
    return [dict(row._mapping) for row in db.execute(text(query))]


def cells_of(db: Connection) -> list[dict[str, Any]]:
    """The table of cells that 0.1 kept beside the sealed reports."""
    return [
        {"report": row.id, "ordinal": place, **cell._asdict()}
        for row, report in sealed_reports(db, current_reports(db))
        for place, cell in enumerate(report.cells.rows())
    ]


def as_it_was(folder: Path) -> None:
    """The folder of a node with the tables of 0.1, and in them whatever they have room for."""
    now = Store(f"sqlite:///{folder / 'node.db'}", folder)
    (folder / "old").mkdir()
    old = store_of(folder / "old", BEFORE)
    with now.read() as held, old.write() as db:
        there = {name: [c["name"] for c in inspect(db).get_columns(name)] for name in inspect(db).get_table_names()}
        for name, columns in there.items():
            if name != "alembic_version":
                named = ", ".join(f'"{column}"' for column in columns)
                marks = ", ".join(f":{column}" for column in columns)
                rows = cells_of(held) if name == "cells" else rows_of(held, f'SELECT {named} FROM "{name}"')
                if rows:
                    db.execute(text(f'INSERT INTO "{name}" ({named}) VALUES ({marks})'), rows)
    now.close()
    old.close()
    for left in folder.glob("node.db*"):
        left.unlink()
    (folder / "old" / "node.db").replace(folder / "node.db")


def test_a_folder_of_0_1_is_upgraded_and_its_figures_are_told_with_what_is_known(tmp_path: Path) -> None:
    district = District(tmp_path / "district")
    district.plugin("register", "senior", SENIOR)
    district.drop("register", "seniors.csv", [senior(1, A), senior(2, A), senior(3, B)])
    district.push(Q4)
    reports = district.reports()
    district.node.store.close()
    as_it_was(district.folder)
    district.node = type(district.node)(district.home, open_store(district.folder), district.node.keys)
    assert district.reports() == reports
    done = district.push(Q4)
    assert [(run.outcome, run.read) for run in done.read.runs] == [("published", 3)]  # What it tells was not noted.
    assert done.failed == []
    assert done.altered == []
    assert (district.cell(A, "P02", Q4), district.cell(B, "P02", Q4)) == ((2, "ok"), (1, "ok"))
    assert district.push(Q4).filed == 0
