"""What an examination of a node found: how each thing stands, and what to do about it."""

from collections.abc import Iterable
from typing import Literal, NamedTuple

from tiersync.model.text import EMPTY, Text
from tiersync.views.table import Table, table

Level = Literal["ok", "look", "wrong"]
LEVELS: dict[Level, Text] = {
    "ok": Text("正常", "ok"), "look": Text("留意", "look"), "wrong": Text("有误", "wrong"),
}  # fmt: skip


class Examination(NamedTuple):
    """One thing that was looked at: its name for programs and for people, how it stands, and what to do."""

    what: str
    name: Text
    level: Level
    said: Text = EMPTY
    todo: Text = EMPTY

    def as_object(self, lang: str) -> dict[str, str]:
        """For programs: the words in one language."""
        return {"what": self.what, "level": self.level, "said": self.said.say(lang), "todo": self.todo.say(lang)}


def examined_table(found: Iterable[Examination]) -> Table:
    rows = ((one.name, LEVELS[one.level], one.said, one.todo) for one in found)
    return table(Text("检查", "Examined"), Text("项目,状态,情况,怎么办", "what,how,found,what to do"), rows)
