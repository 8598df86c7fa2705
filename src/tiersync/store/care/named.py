"""The files that rows name: snapshots, attachments and figure segments, each by the digest of its bytes."""

from typing import NamedTuple

from sqlalchemy import Connection, select

from tiersync.store.tables import attachments, segments, snapshots


class NamedFile(NamedTuple):
    """A file that a row names: its place in the node's folder, and what its bytes come to."""

    place: str
    sha256: str

    @property
    def is_index(self) -> bool:
        """Whether it is made again by itself."""
        return self.place.startswith("segments/")


def files_named(db: Connection) -> list[NamedFile]:
    """Every file that a row of the database names."""
    of_streams = db.execute(select(snapshots.c.digest)).scalars().all()
    here = db.execute(select(attachments.c.sha256).where(attachments.c.is_here)).scalars().all()
    gathered = db.execute(select(segments.c.digest).where(segments.c.content.is_(None))).scalars().all()
    named = {
        *(NamedFile(f"snapshots/{digest}.parquet", digest) for digest in of_streams),
        *(NamedFile(f"attachments/{digest}", digest) for digest in here),
        *(NamedFile(f"segments/{digest}.parquet", digest) for digest in gathered),
    }
    return sorted(named)
