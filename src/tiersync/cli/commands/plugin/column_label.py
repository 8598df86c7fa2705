"""Columns of figures in words: which indicator they are, and what a header leaves open."""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING

from tiersync.cli.terminal.words import say

if TYPE_CHECKING:
    from tiersync.model.catalogue import Catalogue
    from tiersync.model.lexicon import IndicatorNames
    from tiersync.plugins.drafting.inference.infer import Proposal


@cache
def _catalogue() -> "Catalogue":
    from tiersync.config.packaged import packaged_catalogue

    return packaged_catalogue()


def column_label(name: str) -> str:
    """The indicator of a column, and which part of it; one that a city added itself is called by its code."""
    from tiersync.model.records.figure_column import column_of

    code, dims = column_of(name)
    indicator = _catalogue().by_code.get(code)
    words = say(indicator.zh, indicator.en) if indicator else code
    part = say("，", ", ").join(_part(*one.split("=")) for one in dims.split(";") if one)
    return say(f"{words}（{part}）", f"{words}, {part}") if part else words


def _part(dim: str, code: str) -> str:
    """A code of a dimension in words; one that a city added itself stays as it is."""
    dimension = _catalogue().by_dimension.get(dim)
    entries = _catalogue().codes.get(dimension.codes, ()) if dimension else ()
    return next((say(entry.zh, entry.en or entry.zh) for entry in entries if entry.code == code), code)


def what_is_left_open(taken: "Iterable[Proposal]", known: "IndicatorNames") -> Iterator[str]:
    """What is said of each column that is taken for a whole indicator, though its header may mean one part of it."""
    from tiersync.model.records.figure_column import FIGURE, is_column
    from tiersync.plugins.drafting.inference.figure_table import left_open

    for one in taken:
        dim = left_open(one, known) if is_column(FIGURE, one.field) else ""
        dimension = _catalogue().by_dimension.get(dim)
        if dimension is None:
            continue
        code = next(iter(_catalogue().codes[dimension.codes])).code
        option = f"--map '{one.field}:{dim}={code}={one.header}'"
        yield say(
            f"“{one.header}”按{column_label(one.field)}（{one.field}）的全部{dimension.zh}采用。"
            f"如只是其中一项，请写明，如 {option}",
            f"{one.header} is taken for the whole of {column_label(one.field)} ({one.field}). If it is one"
            f" {dimension.en} of several, say which, such as {option}",
        )
