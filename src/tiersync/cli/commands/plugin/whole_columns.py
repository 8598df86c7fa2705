"""What a header of a column of figures leaves open: whether it is the whole of an indicator, or one part of it."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from tiersync.cli.terminal.spoken import field_label, packaged
from tiersync.cli.terminal.words import say

if TYPE_CHECKING:
    from tiersync.model.lexicon import IndicatorNames
    from tiersync.plugins.drafting.inference.infer import Proposal


def what_is_left_open(taken: "Iterable[Proposal]", known: "IndicatorNames") -> Iterator[str]:
    """What is said of each column that is taken for a whole indicator, though its header may mean one part of it."""
    from tiersync.model.records.figure_column import FIGURE, is_column
    from tiersync.plugins.drafting.inference.figure_table import left_open

    for one in taken:
        dim = left_open(one, known) if is_column(FIGURE, one.field) else ""
        dimension = packaged().by_dimension.get(dim)
        if dimension is None:
            continue
        label, code = field_label(FIGURE, one.field), next(iter(packaged().codes[dimension.codes])).code
        option = f"--map '{one.field}:{dim}={code}={one.header}'"
        yield say(
            f"“{one.header}”按{label}（{one.field}）的全部{dimension.zh}采用。如只是其中一项，请写明，如 {option}",
            f"{one.header} is taken for the whole of {label} ({one.field}). If it is one {dimension.en} of several,"
            f" say which, such as {option}",
        )
