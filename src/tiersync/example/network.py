"""The made-up network: a city and, below it, the first two of everything, out of the real tree."""

from collections.abc import Iterable
from itertools import islice

from tiersync.errors import UnknownName
from tiersync.model.unit import Tree, Unit

WIDTHS = (2, 2, 2)  # Districts of the city, streets of a district, communities of a street.


def choose_network(units: Iterable[Unit], widths: tuple[int, ...] = WIDTHS) -> tuple[Unit, ...]:
    """The top of `units` and the first units of each tier below it, parents before their children."""
    tree = Tree(units)
    chosen = _branch(tree, tree.top, widths)
    if not chosen:
        raise UnknownName(what="network", name=str(widths), hint="The tree has too few units below its top.")
    return tuple(tree[code] for code in chosen)


def lowest(units: Iterable[Unit]) -> tuple[Unit, ...]:
    """The units that have none below them, in order of code."""
    tree = Tree(units)
    return tuple(tree[code] for code in sorted(tree.units) if not tree.children(code))


def _branch(tree: Tree, code: str, widths: tuple[int, ...]) -> list[str]:
    """`code` and what is chosen below it; nothing when there is too little below it."""
    if not widths:
        return [code]
    branches = (_branch(tree, child, widths[1:]) for child in tree.children(code))
    found = list(islice(filter(None, branches), widths[0]))
    return [code, *(unit for branch in found for unit in branch)] if len(found) == widths[0] else []
