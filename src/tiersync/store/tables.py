"""Every table of a node's database, in one place. Times are UTC text, digests hex, so that any SQL database fits; text
is ordered by its bytes, as the migrations say to PostgreSQL."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)  # fmt: skip

metadata = MetaData()
# Conditions of indexes that hold a few rows out of many; a query has the same words, or they do not serve it.
UNREAD, UNSOUND, REFUSED = text("state = 'unread'"), text("state <> 'held'"), text("refused IS NOT NULL")
LOOSE, GATHERED = text("is_current AND segment IS NULL"), text("segment IS NOT NULL")

meta = Table(
    "meta", metadata,
    Column("key", String(40), primary_key=True),
    Column("value", Text, nullable=False),
)  # fmt: skip

counters = Table(
    "counters", metadata,  # the last number given out of each kind that has no gaps
    Column("name", String(40), primary_key=True),
    Column("last", BigInteger, nullable=False),
)  # fmt: skip

envelopes = Table(
    "envelopes", metadata,
    Column("id", String(36), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("origin", String(12), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("came_from", String(12), nullable=False),  # the home unit for those sealed here
    Column("stored_at", String(32), nullable=False),
    Column("state", String(8), nullable=False),  # held | unread
    Column("seal", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),  # last, so that nobody reads through it to a later column
    Index("envelopes_from", "came_from", "id"),
    Index("envelopes_unread", "stored_at", "id", sqlite_where=UNREAD, postgresql_where=UNREAD),
    # A node put back to an older copy may get back from a peer what it sealed under a number that it used again.
    UniqueConstraint("origin", "epoch", "number", "came_from", name="envelope_number"),
)  # fmt: skip

links = Table(
    "links", metadata,
    Column("peer", String(12), primary_key=True),
    Column("role", String(8), nullable=False),  # what the peer is to this node: parent | child
    Column("url", Text, nullable=False, default=""),
    Column("state", String(8), nullable=False),  # open | revoked | twofold
    Column("epoch", Integer, nullable=False, default=1),
    Column("counter", BigInteger, nullable=False, default=0),  # last given (to a parent) or highest seen (from a child)
    Column("written_up_to", BigInteger, nullable=False, default=0),
    Column("acknowledged", BigInteger, nullable=False, default=0),
    Column("stored_up_to", BigInteger, nullable=False, default=0),
    Column("conflict", Boolean, nullable=False, default=False),
    Column("says_holds", Boolean, nullable=False, default=False),
    Column("last_exchange_at", String(32)),
    Column("last_error", Text),
)  # fmt: skip

outbox = Table(
    "outbox", metadata,
    Column("id", Integer, primary_key=True),  # the order in which envelopes were queued
    Column("peer", String(12), nullable=False),
    Column("envelope", String(36), nullable=False),
    Column("priority", Integer, nullable=False),
    Column("position", BigInteger),
    Column("state", String(8), nullable=False),  # waiting | sent | stored | refused | replaced
    Column("reason", String(32)),
    Index("outbox_waiting", "peer", "state", "priority", "id"),
    UniqueConstraint("peer", "position", name="outbox_position"),
    UniqueConstraint("envelope", "peer", name="outbox_envelope"),
    sqlite_autoincrement=True,
)  # fmt: skip

inbox = Table(
    "inbox", metadata,
    Column("peer", String(12), primary_key=True),
    Column("position", BigInteger, primary_key=True),
    Column("envelope", String(36), nullable=False),
    Column("refused", String(32)),
    Column("seal", Text),  # of a refused envelope only
    Index("inbox_refused", "peer", "position", sqlite_where=REFUSED, postgresql_where=REFUSED),
)  # fmt: skip

charters = Table(
    "charters", metadata,
    Column("envelope", String(36), primary_key=True),
    Column("unit", String(12), nullable=False, index=True),
    Column("body", Text, nullable=False),
    Column("issuer", String(12), nullable=False),
    Column("issuer_epoch", Integer, nullable=False),
    Column("issuer_number", BigInteger, nullable=False),
)  # fmt: skip

reports = Table(
    "reports", metadata,
    Column("id", Integer, primary_key=True),
    Column("form", String(40), nullable=False),
    Column("unit", String(12), nullable=False),
    Column("period", String(8), nullable=False),
    Column("part", String(8), nullable=False),
    Column("tenure", Integer, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("origin", String(12), nullable=False),
    Column("envelope", String(36), nullable=False, unique=True),
    Column("cells_digest", String(64), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("catalogue", Integer, nullable=False),
    Column("waiting", Text, nullable=False, default="{}", server_default="{}"),  # JSON: rows by record type
    Column("is_current", Boolean, nullable=False),
    Column("received_at", String(32), nullable=False),
    Column("state", String(8), nullable=False, default="held", server_default="held"),  # held | damaged | lost
    Column("segment", Integer),  # the figure segment that holds its cells too
    Index("reports_loose", "form", "period", sqlite_where=LOOSE, postgresql_where=LOOSE),
    Index("reports_gathered", "segment", "is_current", sqlite_where=GATHERED, postgresql_where=GATHERED),
    Index("reports_of", "form", "period", "unit", "part"),
    Index("reports_unsound", "form", "period", "unit", "part", sqlite_where=UNSOUND, postgresql_where=UNSOUND),
    Index("reports_current", "is_current", "form", "period"),
)  # fmt: skip

segments = Table(
    "segments", metadata,  # the cells of many reports of one form and period, as columns
    Column("id", Integer, primary_key=True),
    Column("form", String(40), nullable=False),
    Column("period", String(8), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("reports", Integer, nullable=False),  # how many rows of reports say that they are in it
    Column("made_at", String(32), nullable=False),
    Column("content", LargeBinary),  # where several processes share the database; else a file named by the digest
    UniqueConstraint("form", "period", name="segment_of"),
)  # fmt: skip

damaged = Table(
    "damaged", metadata,  # sealed bytes that are not what was sealed any more, as evidence; none of what is gone
    Column("envelope", String(36), primary_key=True),
    Column("seen_at", String(32), primary_key=True),
    Column("seal", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("asked_at", String(32)),  # for a good copy, last
    Column("mended_at", String(32)),
)  # fmt: skip

rounds = Table(
    "rounds", metadata,  # how many reports of a form and period were stored, when they were looked at, when wholly
    Column("form", String(40), primary_key=True),
    Column("period", String(8), primary_key=True),
    Column("rows", BigInteger, nullable=False),
    Column("looked_at", String(32), nullable=False, default=""),
    Column("wholly_at", String(32), nullable=False, default=""),
    Index("rounds_wholly", "wholly_at"),
    Index("rounds_looked", "looked_at"),
)  # fmt: skip

acts = Table(
    "acts", metadata,  # what was said about reports, by the offices that file them and those above
    Column("id", Integer, primary_key=True),
    Column("form", String(40), nullable=False),
    Column("unit", String(12), nullable=False),
    Column("period", String(8), nullable=False),
    Column("part", String(8), nullable=False),
    Column("revision", String(90), nullable=False),  # as model/report.spell_revision says it, '' where nothing is filed
    Column("said", String(16), nullable=False),  # accepted | returned | … of a verdict; correct | late | … of a request
    Column("by", String(12), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("at", String(32), nullable=False),
    Column("envelope", String(36), nullable=False),
    Column("until", String(10), nullable=False),
    Column("answers", String(36), nullable=False),  # the request
    Column("by_itself", Boolean, nullable=False),
    Index("acts_of", "form", "period", "unit", "part"),
    UniqueConstraint("envelope", "unit", "part", "period", "form", name="act_of"),
)  # fmt: skip

entered = Table(
    "entered", metadata,  # what people enter by hand: a draft of each cell, and what was submitted of it
    Column("form", String(40), primary_key=True),
    Column("unit", String(12), primary_key=True),
    Column("period", String(8), primary_key=True),
    Column("indicator", String(8), primary_key=True),
    Column("breakdown", String(128), primary_key=True),
    Column("draft", Text),  # as it was written; NULL where there is none
    Column("submitted", Text),  # what counts; NULL where nothing does
    Column("version", Integer, nullable=False),  # of the draft: who writes over another's word is told
    Column("at", String(32), nullable=False),
)  # fmt: skip

explained = Table(
    "explained", metadata,  # why a figure is right that a rule asked about; it goes with the next revision
    Column("form", String(40), primary_key=True),
    Column("unit", String(12), primary_key=True),
    Column("period", String(8), primary_key=True),
    Column("rule", String(40), primary_key=True),
    Column("indicator", String(8), primary_key=True),
    Column("text", Text, nullable=False),
    Column("at", String(32), nullable=False),
)  # fmt: skip

corrections = Table(
    "corrections", metadata,  # what this office corrects in its own total, each because of one revision below
    Column("id", Integer, primary_key=True),
    Column("form", String(40), nullable=False),
    Column("period", String(8), nullable=False),
    Column("total", String(12), nullable=False),
    Column("unit", String(12), nullable=False),
    Column("part", String(8), nullable=False),
    Column("revision", String(64), nullable=False),
    Column("indicator", String(8), nullable=False),
    Column("breakdown", String(128), nullable=False),
    Column("measure", String(16), nullable=False),
    Column("value", BigInteger, nullable=False),
    Column("scale", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("at", String(32), nullable=False),
    Index("corrections_of", "form", "period"),
)  # fmt: skip

kept_back = Table(
    "kept_back", metadata,  # reports that somebody recalled: they are not filed again until they are submitted
    Column("form", String(40), primary_key=True),
    Column("unit", String(12), primary_key=True),
    Column("period", String(8), primary_key=True),
    Column("part", String(8), primary_key=True),
    Column("since", String(32), nullable=False),
)  # fmt: skip

notices = Table(
    "notices", metadata,
    Column("notice", String(64), primary_key=True),
    Column("envelope", String(36), nullable=False),
    Column("issued_by", String(12), nullable=False),
    Column("title", Text, nullable=False),
    Column("issued_on", String(10), nullable=False),
    Column("number", String(40), nullable=False),
    Column("stored_at", String(32), nullable=False),
    Column("genre", String(16), nullable=False, server_default="circular"),
    Column("effective_from", String(10)),
    Column("effective_to", String(10)),
)  # fmt: skip

receipts = Table(
    "receipts", metadata,
    Column("notice", String(64), primary_key=True),
    Column("unit", String(12), primary_key=True),
    Column("state", String(16), primary_key=True),
    Column("at", String(32), nullable=False),
    Column("envelope", String(36), nullable=False),
)  # fmt: skip

attachments = Table(
    "attachments", metadata,
    Column("sha256", String(64), primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("is_here", Boolean, nullable=False),
)  # fmt: skip

findings = Table(
    "findings", metadata,
    Column("number", Integer, primary_key=True),  # under which people speak of it, for ever
    Column("subject", String(300), nullable=False, unique=True),
    Column("body", Text, nullable=False),
    Column("node", String(12), nullable=False),
    Column("is_open", Boolean, nullable=False),
    Column("opened_at", String(32), nullable=False),
    Column("closed_at", String(32)),
    Column("settled_at", String(32)),
    Column("note", Text),
    sqlite_autoincrement=True,
)  # fmt: skip

snapshots = Table(
    "snapshots", metadata,
    Column("stream", String(80), primary_key=True),
    Column("record", String(16), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("rows", BigInteger, nullable=False),
    Column("key_id", String(16), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("run", String(36), nullable=False),
    Column("made_at", String(32), nullable=False),
    Column("cursor", Text, nullable=False, default="", server_default=""),  # JSON: how far the source was read
    Column("resting", Boolean, nullable=False, default=False, server_default=false()),  # its plugin is disabled
    Column("spoken", Text, nullable=False, default="", server_default=""),  # JSON: what its records speak for
)  # fmt: skip

compiled = Table(
    "compiled", metadata,
    Column("form", String(40), primary_key=True),
    Column("period", String(8), primary_key=True),
    Column("inputs", String(64), nullable=False),
)  # fmt: skip

adjustments = Table(
    "adjustments", metadata,  # of totals, as counting found them; a total that is filed carries its own
    Column("form", String(40), primary_key=True),
    Column("period", String(8), primary_key=True),
    Column("unit", String(12), primary_key=True),
    Column("indicator", String(8), primary_key=True),
    Column("breakdown", String(128), primary_key=True),
    Column("measure", String(16), primary_key=True),
    Column("reason", String(32), primary_key=True),
    Column("value", BigInteger, nullable=False),
    Column("scale", Integer, nullable=False),
)  # fmt: skip

quarantine = Table(
    "quarantine", metadata,
    Column("id", Integer, primary_key=True),
    Column("stream", String(80), nullable=False, index=True),
    Column("run", String(36), nullable=False),
    Column("file", Text, nullable=False),
    Column("sheet", Text, nullable=False),
    Column("row", Integer, nullable=False),
    Column("field", String(40), nullable=False),
    Column("reason", String(32), nullable=False),
    Column("raw", LargeBinary),
    Column("opened_at", String(32), nullable=False),
    Column("place", Text, nullable=False, default="", server_default=""),
    Column("mark", String(12), nullable=False, default="", server_default=""),  # of the row as it is
    Column("key_mark", String(24), nullable=False, default="", server_default=""),  # of its key, for a cursor
    Column("settled_at", String(32)),
    Column("note", Text),
    Column("unit", String(12), nullable=False, default="", server_default=""),  # that the row names
    sqlite_autoincrement=True,
)  # fmt: skip

runs = Table(
    "runs", metadata,
    Column("id", String(36), primary_key=True),
    Column("stream", String(80), nullable=False),
    Column("started_at", String(32), nullable=False),
    Column("outcome", String(16), nullable=False),  # published | dropped | failed | crashed
    Column("read", BigInteger, nullable=False, default=0),
    Column("valid", BigInteger, nullable=False, default=0),
    Column("refused", Text, nullable=False, default="{}"),
    Column("flagged", Text, nullable=False, default="{}"),
    Column("detail", Text, nullable=False, default=""),
)  # fmt: skip

invitations = Table(
    "invitations", metadata,
    Column("secret_digest", String(64), primary_key=True),
    Column("unit", String(12), nullable=False),
    Column("expires_at", String(32), nullable=False),
    Column("key", String(43)),
)  # fmt: skip

audit = Table(
    "audit", metadata,
    Column("id", Integer, primary_key=True),
    Column("at", String(32), nullable=False),
    Column("peer", String(12), nullable=False),
    Column("event", String(40), nullable=False),
    Column("detail", Text, nullable=False),
)  # fmt: skip

jobs = Table(
    "jobs", metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(40), nullable=False),  # of the schedule
    Column("what", String(16), nullable=False),
    Column("slot", String(32), nullable=False),
    Column("missed_from", String(32)),  # the first of the slots that it makes up
    Column("started_at", String(32), nullable=False),
    Column("ended_at", String(32)),
    Column("result", String(16), nullable=False),  # running | done | faulty | failed
    Column("attempts", Integer, nullable=False),
    Column("again_at", String(32)),
    Column("process", String(80), nullable=False),  # that does it, or did
    Column("fence", Integer, nullable=False),  # grows whenever another process takes it
    Column("lease_until", String(32), nullable=False),
    Column("said_zh", Text, nullable=False),
    Column("said_en", Text, nullable=False),
    UniqueConstraint("name", "slot", name="job_at"),
    Index("jobs_begun", "started_at"),
)  # fmt: skip
