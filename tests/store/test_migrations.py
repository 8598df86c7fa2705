"""A node that an older program made is brought to the newest tables, and what it holds means what it meant."""

from datetime import UTC, datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import inspect, text

from tiersync.link.pack import pack
from tiersync.link.seal import seal_head
from tiersync.model.canonical import digest
from tiersync.model.cell import Cell, Cells
from tiersync.model.envelope import Head
from tiersync.model.period import Period
from tiersync.model.report import Report
from tiersync.store import database
from tiersync.store.database import Store, open_store
from tiersync.store.findings import open_findings
from tiersync.store.reports.reports import current_reports
from tiersync.store.reports.sealed import sealed_reports
from tiersync.store.runs.quarantine import held_marks
from tiersync.store.tables import metadata

HOME = "371402001001"
MIGRATIONS = Path(database.__file__).parent / "migrations"


def store_of(folder: Path, revision: str) -> Store:
    """A store as the program of that time left it."""
    store = Store(f"sqlite:///{folder / 'node.db'}", folder)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with store.write() as db:
        config.attributes["connection"] = db
        command.upgrade(config, revision)
    return store


def test_migrations_make_the_tables_that_the_program_knows(tmp_path: Path) -> None:
    with open_store(tmp_path).read() as db:
        made = {name: {c["name"] for c in inspect(db).get_columns(name)} for name in inspect(db).get_table_names()}
    known = {table.name: {column.name for column in table.columns} for table in metadata.sorted_tables}
    assert {name: made.get(name) for name in known} == known


def test_a_row_that_was_settled_under_an_older_program_stays_settled(tmp_path: Path) -> None:
    columns = "stream, run, file, sheet, row, field, reason, opened_at, place, settled_at, note"
    values = "'a/senior', '1', 'a.csv', '', 2, 'sex', 'required', '', 'a.csv｜2｜0123456789ab', '2026-11-01', '已迁出'"
    older = store_of(tmp_path, "0003")
    with older.write() as db:
        db.execute(text(f"INSERT INTO quarantine ({columns}) VALUES ({values})"))
    older.close()
    with open_store(tmp_path).read() as db:
        (row,) = held_marks(db, "a/senior").values()
        assert (row["settled_at"], row["note"]) == ("2026-11-01", "已迁出")


def test_cells_that_the_table_of_an_older_program_had_altered_are_named_once_more(tmp_path: Path) -> None:
    sealed = Cells.of([Cell("P02", "", "value", 21, 0, "ok", "records", 1, 1)])
    report = Report(
        form="aging-quarter", unit=HOME, period=Period("2013-Q4"), part="own", tenure=1, revision=1, catalogue=1,
        cells=sealed,
    )  # fmt: skip
    body = pack(report)
    head = Head(
        id="01900000-0000-7000-8000-000000000001", kind="report", origin=HOME, epoch=1, number=1,
        written_at=datetime(2014, 1, 5, tzinfo=UTC), catalogue=1, digest=digest(body), size=len(body),
    )  # fmt: skip
    older = store_of(tmp_path, "0007")
    with older.write() as db:
        db.execute(text("INSERT INTO meta VALUES ('home', :home)"), {"home": HOME})
        db.execute(
            text("INSERT INTO envelopes VALUES (:id, 'report', :home, 1, 1, :home, '', 'held', :seal, :body)"),
            {"id": head.id, "home": HOME, "seal": seal_head(head, bytes(range(32))), "body": body},
        )
        db.execute(
            text(
                "INSERT INTO reports (id, form, unit, period, part, tenure, epoch, revision, origin, envelope,"
                " cells_digest, digest, catalogue, waiting, is_current, received_at) VALUES (1, 'aging-quarter', :home,"
                " '2013-Q4', 'own', 1, 1, 1, :home, :id, :cells, :digest, 1, '{}', 1, '2014-01-05T00:00:00+00:00')"
            ),
            {"id": head.id, "home": HOME, "cells": sealed.digest, "digest": report.digest},
        )
        db.execute(text("INSERT INTO cells VALUES (1, 0, 'P02', '', 'value', 28, 0, 'ok', 'records', 1, 1, '')"))
    older.close()
    with open_store(tmp_path).read() as db:
        [finding] = open_findings(db)
        [(_, held)] = sealed_reports(db, current_reports(db))
    assert (finding.reason, finding.indicator, finding.sent, finding.held) == ("altered", "P02", "21", "28")
    assert held == report
