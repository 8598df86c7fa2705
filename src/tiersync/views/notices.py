"""Notices as an office sees them: their list, one as a paper, and where it stands at every unit that it is for."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from tiersync.flow.node import Node
from tiersync.flow.notices.attachments import file_of
from tiersync.flow.notices.notice import BoardRow, board_rows
from tiersync.model.notice import STATES, Attachment, Notice
from tiersync.model.text import EMPTY, Text
from tiersync.store.database import Connection, Row
from tiersync.store.links.charters import load_keyring
from tiersync.store.notices import all_notices, notice_row, read_notice, receipts_of
from tiersync.views.table import Detail, Shown, Table, moment, table
from tiersync.views.words import genre, word


class NoticeLine(NamedTuple):
    """A notice in one line. `state` is what this office has said of it: '' for nothing yet, `issued` for its own."""

    notice: str
    issued_on: str
    genre: str
    number: str
    title: str
    issued_by: str
    stored_at: str
    state: str


def notice_lines(node: Node) -> list[NoticeLine]:
    """Every notice that is held here, the newest first."""
    with node.store.read() as db:
        answered = load_keyring(db).answered_by(node.home, node.tree(db))
        return [
            NoticeLine(
                row.notice, row.issued_on, row.genre, row.number, row.title, row.issued_by, row.stored_at,
                _state_of(db, answered, row),
            )
            for row in all_notices(db)
        ]  # fmt: skip


def _state_of(db: Connection, answered: Sequence[str], row: Row[Any]) -> str:
    """What this unit, or else one that its node answers for, has said of a notice."""
    if row.issued_by == answered[0]:
        return "issued"
    receipts = receipts_of(db, row.notice)
    said = next((receipts[unit] for unit in answered if unit in receipts), {})
    return next((state for state in reversed(STATES) if state in said), "")


def notices_table(lines: Iterable[NoticeLine]) -> Table:
    return table(
        Text("通知", "Notices"),
        Text("编号,发文日期,文种,发文字号,标题,发文单位,本单位", "id,issued,genre,number,title,issuer,here"),
        (
            (line.notice, line.issued_on, genre(line.genre), line.number, line.title, line.issued_by, _here(line.state))
            for line in lines
        ),
    )


def _here(state: str) -> Text:
    """What this office has done with a notice."""
    return {"": Text("转发", "passed on"), "delivered": Text("未阅", "not read yet")}.get(state, word(state))


class Paper(NamedTuple):
    """A notice with where its attachments lie; None for one that has not come yet."""

    notice: Notice
    files: list[tuple[Attachment, Path | None]]

    def details(self) -> Iterator[Detail]:
        """Its head."""
        one = self.notice
        yield Detail(Text("标题", "title"), one.title)
        yield Detail(Text("文种", "genre"), genre(one.genre))
        yield Detail(Text("发文字号", "number"), one.number)
        yield Detail(Text("发文单位", "issuer"), f"{one.issuer} ({one.issued_by})")
        yield Detail(Text("发文日期", "issued"), str(one.issued_on))
        yield Detail(Text("紧急程度", "urgency"), EMPTY if one.urgency == "normal" else word(one.urgency))
        yield Detail(Text("公开属性", "security"), word(one.security))
        yield Detail(Text("施行日期", "holds from"), _day(one.effective_from))
        yield Detail(Text("有效期至", "holds until"), _day(one.effective_to))
        yield Detail(Text("签阅期限", "read until"), one.receipt_due)

    def attachments(self) -> Table:
        return table(
            Text("附件", "Attachments"),
            Text("名称,字节,文件", "name,bytes,file"),
            ((one.name, one.size, _file(path)) for one, path in self.files),
        )


def _day(day: object) -> str | None:
    return str(day) if day else None


def _file(path: Path | None) -> Shown:
    return str(path) if path else Text("下次 pull 时取回", "comes with the next pull")


def paper(node: Node, notice: str) -> Paper:
    """The notice whose id begins so; raises UnknownName."""
    with node.store.read() as db:
        return paper_of(node, read_notice(db, notice_row(db, notice)))


def paper_of(node: Node, notice: Notice) -> Paper:
    """A notice that was read, with where its attachments lie."""
    paths = [(one, file_of(node, one.sha256)) for one in notice.attachments]
    return Paper(notice, [(one, path if path.exists() else None) for one, path in paths])


class Board(NamedTuple):
    """Where a notice stands at every unit of its audience at or below this node's."""

    notice: str
    title: str
    rows: list[BoardRow]

    @property
    def unreached(self) -> int:
        return self._counts["unreached"]

    @property
    def delivered(self) -> int:
        """The units that have it, read or not."""
        return len(self.rows) - self.unreached

    @property
    def read(self) -> int:
        return self.delivered - self._counts["delivered"]

    @property
    def _counts(self) -> Counter[str]:
        return Counter(one.state for one in self.rows)

    def as_object(self) -> dict[str, object]:
        """For programs."""
        return {
            "notice": self.notice, "title": self.title, "audience": len(self.rows), "delivered": self.delivered,
            "read": self.read, "unreached": self.unreached, "units": [one._asdict() for one in self.rows],
        }  # fmt: skip

    def summary(self) -> Text:
        return Text(
            f"《{self.title}》：共 {len(self.rows)} 个单位，已送达 {self.delivered} 个，已阅 {self.read} 个，"
            f"未送达 {self.unreached} 个。",
            f"“{self.title}”: {len(self.rows)} units, {self.delivered} have it, {self.read} have read it, "
            f"{self.unreached} not reached.",
        )

    def table(self, every: bool) -> Table:
        """The units that lack it, or `every` unit."""
        return table(
            Text("单位", "Units"),
            Text("单位,名称,状态,送达时间,签阅时间", "unit,name,state,delivered,read"),
            (
                (one.unit, one.name, word(one.state), moment(one.delivered_at), moment(one.read_at))
                for one in self.rows
                if every or one.state == "unreached"
            ),
        )


def board(node: Node, notice: str) -> Board:
    """Where the notice stands whose id begins so; raises UnknownName."""
    with node.store.read() as db:
        row, tree = notice_row(db, notice), node.tree(db)
        rows = [one for one in board_rows(db, node, row) if tree.is_within(one.unit, node.home)]
        return Board(row.notice, row.title, rows)
