"""Figure segments: the cells of many reports of one form and period as columns, an index over sealed bodies that is
thrown away and made again at will."""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl
from sqlalchemy import Connection, Row, bindparam, delete, func, insert, select, update

from tiersync.model.canonical import digest
from tiersync.store.database import Store
from tiersync.store.files.immutable import file_in, write_content
from tiersync.store.links.envelopes import chunks, spell_time
from tiersync.store.query import Query
from tiersync.store.reports.rounds import Named
from tiersync.store.tables import GATHERED, LOOSE, reports, segments

ROWS_TOGETHER = 50_000  # rows of a file that are passed over together where a question is not about them
OF = Query(select(segments).where(segments.c.form == bindparam("form"), segments.c.period == bindparam("period")))
FILES = Query(select(segments.c.digest))
OUTSIDE = (LOOSE, reports.c.form == bindparam("form"), reports.c.period == bindparam("period"))
LOOSE_REPORTS = Query(select(reports).where(*OUTSIDE).order_by(reports.c.id))
COUNT_LOOSE = Query(select(func.count()).where(*OUTSIDE, reports.c.state == "held"))


def spell_segment(cells: pl.LazyFrame) -> bytes:
    """The bytes of a segment's file."""
    out = BytesIO()
    cells.sink_parquet(out, compression="zstd", compression_level=3, row_group_size=ROWS_TOGETHER)
    return out.getvalue()


def segment_of(db: Connection, named: Named) -> Row[Any] | None:
    """The segment of a form and period, whose reports are all still here; None where there is none."""
    return OF.first(db, form=named[0], period=named[1])


def is_whole(db: Connection, segment: Row[Any]) -> bool:
    """Whether as many rows of reports say that they are in it as did when it was made."""
    within = select(func.count()).where(GATHERED, reports.c.segment == segment.id)
    return db.execute(within).scalar() == segment.reports


def content_of(store: Store, segment: Row[Any]) -> bytes | None:
    """The bytes that were written; None where they are gone, or others stand in their place."""
    found = _bytes_there(store, segment)
    return found if found is not None and digest(found) == segment.digest else None


def _bytes_there(store: Store, segment: Row[Any]) -> bytes | None:
    """Whatever stands where the segment was written."""
    try:
        return segment.content or file_in(_folder(store), segment.digest).read_bytes()
    except OSError:
        return None


def damaged_cells(store: Store, segment: Row[Any]) -> pl.DataFrame | None:
    """What can still be read of a segment whose bytes are not those that were written."""
    found = _bytes_there(store, segment)
    try:
        return pl.read_parquet(BytesIO(found)) if found else None
    except (OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException):
        return None


def put_content(store: Store, content: bytes) -> bytes | None:
    """Bring a segment to disk before a row names it; returns what has to stand in the row instead, where several
    processes share the database."""
    if store.is_shared:
        return content
    write_content(_folder(store), content)
    return None


def keep_segment(
    db: Connection, named: Named, content: bytes, kept: bytes | None, ids: Sequence[int], now: datetime
) -> None:
    """From this commit on the cells of these reports stand in this segment, and in no other."""
    drop_segment(db, named)
    made = insert(segments).values(
        form=named[0], period=named[1], digest=digest(content), reports=len(ids), made_at=spell_time(now), content=kept
    )
    number = db.execute(made.returning(segments.c.id)).scalar_one()
    for some in chunks(ids):
        db.execute(update(reports).where(reports.c.id.in_(some)).values(segment=number))


def drop_segment(db: Connection, named: Named) -> None:
    """The cells of these reports stand in their sealed bodies alone."""
    if segment := segment_of(db, named):
        db.execute(update(reports).where(GATHERED, reports.c.segment == segment.id).values(segment=None))
        db.execute(delete(segments).where(segments.c.id == segment.id))


def loose_reports(db: Connection, named: Named) -> list[Row[Any]]:
    """The current reports whose cells stand in no segment."""
    return LOOSE_REPORTS.rows(db, form=named[0], period=named[1])


def count_loose(db: Connection, named: Named) -> int:
    """How many reports might be put into a segment; those whose sealed bytes are damaged can not."""
    return COUNT_LOOSE.value(db, form=named[0], period=named[1]) or 0


def outlived(db: Connection, segment: Row[Any]) -> list[int]:
    """The reports in a segment that another revision has replaced, or whose sealed bytes are damaged."""
    within = select(reports.c.id).where(GATHERED, reports.c.segment == segment.id)
    replaced = list(db.execute(within.where(~reports.c.is_current)).scalars())
    unsound = select(reports).where(reports.c.state != "held", reports.c.form == segment.form)
    return replaced + [row.id for row in db.execute(unsound) if row.segment == segment.id and row.is_current]


def gathered_reports(db: Connection, segment: Row[Any]) -> list[Row[Any]]:
    """The current reports that are in a segment."""
    query = select(reports).where(GATHERED, reports.c.segment == segment.id, reports.c.is_current)
    return list(db.execute(query.order_by(reports.c.id)))


def sweep_segments(store: Store, before: datetime) -> int:
    """Delete the files that no row has named since a moment; returns how many."""
    with store.read() as db:
        named = {file_in(_folder(store), one) for one in FILES.values(db)}
    old = [path for path in _folder(store).glob("*") if path not in named and path.stat().st_mtime < before.timestamp()]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _folder(store: Store) -> Path:
    return store.folder / "segments"
