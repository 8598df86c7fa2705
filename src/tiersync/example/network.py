"""The made-up network: a small city, two of everything out of the real tree, each office with its own ways."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import islice
from pathlib import Path

from tiersync.config.packaged import packaged_catalogue
from tiersync.errors import UnknownName
from tiersync.example.offices.layout import By, Layout
from tiersync.example.offices.write import write_city
from tiersync.example.plan.manifest import Manifest
from tiersync.example.plan.plan import Plan
from tiersync.model.unit import Tree, Unit

SHARE = Fraction("0.005")  # of the city's seniors, who all live in these few communities
SEED = 2013
WIDTHS = (2, 2, 2)  # Districts of the city, streets of a district, communities of a street.


def choose_network(units: Iterable[Unit], widths: tuple[int, ...] = WIDTHS) -> tuple[Unit, ...]:
    """The top of `units` and the first units of each tier below it, parents before their children."""
    tree = Tree(units)
    chosen = _branch(tree, tree.top, widths)
    if not chosen:
        raise UnknownName(what="network", name=str(widths), hint="The tree has too few units below its top.")
    return tuple(tree[code] for code in chosen)


def write_network(root: Path, units: Sequence[Unit], share: Fraction = SHARE, seed: int = SEED) -> Manifest:
    """Write `root`/<unit code>/plugins for every one of `units`, and say what was written."""
    catalogue = packaged_catalogue().model_copy(update={"units": tuple(units)})
    plan = Plan(share, seed, sum(unit.tier == catalogue.tiers[-1] for unit in units))
    return write_city(root, catalogue, plan, Layout(By.COMMUNITY, various=True), lambda *done: None)


def _branch(tree: Tree, code: str, widths: tuple[int, ...]) -> list[str]:
    """`code` and what is chosen below it; nothing when there is too little below it."""
    if not widths:
        return [code]
    branches = (_branch(tree, child, widths[1:]) for child in tree.children(code))
    found = list(islice(filter(None, branches), widths[0]))
    return [code, *(unit for branch in found for unit in branch)] if len(found) == widths[0] else []
