"""The quarantine keeps raw values for a time, and then only where a row stood and why it was refused."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from tests.stories.office import HEADS, found, row
from tiersync.flow.reading.ingest import ingest
from tiersync.host.opening import open_with_plugins
from tiersync.store.runs.quarantine import refused_rows
from tiersync.store.tables import quarantine

READ_AT = datetime(2026, 5, 1, 4, tzinfo=UTC)
BAD = [row(number, id="37990219400101001X", name="测试" * number) for number in range(1, 16)]


def test_raw_values_are_gone_from_the_disk_when_their_time_is_up(tmp_path: Path) -> None:
    office = found(tmp_path / "node")
    settings = office.folder / "tiersync.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("quarantine_days = 90", "quarantine_days = 30"))
    office.source("\n".join([HEADS, *(row(number) for number in range(1, 31)), *BAD, ""]).encode())
    node = open_with_plugins(office.folder)
    ingest(node, READ_AT)
    with node.store.read() as db:
        raw = db.execute(select(quarantine.c.raw)).scalars().all()
    ingest(node, READ_AT + timedelta(days=29))
    with node.store.read() as db:
        assert db.execute(select(quarantine.c.raw)).scalars().all() == raw
    ingest(node, READ_AT + timedelta(days=31))
    with node.store.read() as db:
        assert db.execute(select(quarantine.c.raw)).scalars().all() == [None] * len(BAD)
        left, *_ = refused_rows(db)
    node.store.close()
    assert (left.file, left.row, left.field, left.reason) == ("inbox/register.csv", 32, "id_number", "bad_checksum")
    kept = b"".join(file.read_bytes() for file in office.folder.rglob("*") if file.is_file())
    assert not [value for value in raw if value[-32:] in kept]
