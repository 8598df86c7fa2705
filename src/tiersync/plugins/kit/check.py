"""A check: its name, why it is made, how to mend what it finds, and how it is done."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from tiersync.model.text import Text
from tiersync.plugins.kit.bench import Bench


class Problem(NamedTuple):
    """One thing that is wrong, in both languages, and the way to it in plugin.toml; no value of a row is told. What is
    `only_said` is not wrong, and somebody should know of it."""

    zh: str
    en: str
    way: tuple[str | int, ...] = ()
    only_said: bool = False


class Check(NamedTuple):
    """One promise of a plugin. `why` and `hint` are for whoever made the plugin."""

    name: str
    why: Text
    hint: Text
    look: Callable[[Bench], Iterator[Problem]]


class Result(NamedTuple):
    """What a check found; nothing, when it passed. One that stands on another that failed is not tried."""

    check: Check
    problems: tuple[Problem, ...] = ()
    tried: bool = True
    remarks: tuple[Problem, ...] = ()

    @property
    def passed(self) -> bool:
        return self.tried and not self.problems
