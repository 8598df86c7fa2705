"""What is examined, and how an examination says what it found."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from tiersync.config.settings import Settings
from tiersync.flow.node import Node
from tiersync.model.text import EMPTY, Text
from tiersync.views.running.examined import Level

Found = tuple[Level, Text, Text]
"""How something stands, what was found, and what to do"""


@dataclass
class Patient:
    """A node that is examined. `node` is None while its database cannot be opened; `asks` whether the line is tried."""

    folder: Path
    now: datetime
    asks: bool = True
    settings: Settings = field(init=False)
    node: Node | None = None

    def opened(self) -> Node:
        """The node; whoever needs one that could not be opened is not asked."""
        assert self.node is not None
        return self.node


def ok(zh: str, en: str) -> Found:
    return "ok", Text(zh, en), EMPTY


def look(said: Text, todo: Text) -> Found:
    """Worth a look, and no fault."""
    return "look", said, todo


def wrong(said: Text, todo: Text) -> Found:
    return "wrong", said, todo
