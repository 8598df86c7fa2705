"""What is packed with the program: the catalogue of the aging offices, the code lists and the units of Dezhou."""

from pathlib import Path

from tiersync.config.catalogue import load_catalogue
from tiersync.config.units import read_units
from tiersync.model.catalogue import Catalogue
from tiersync.model.unit import Unit

DEZHOU = "371400000000"


def schemas_dir() -> Path:
    """The folder `schemas`, beside the package in a wheel, at the top of a checkout."""
    here = Path(__file__).resolve()
    in_wheel = here.parents[1] / "schemas"
    return in_wheel if in_wheel.is_dir() else here.parents[3] / "schemas"


def packaged_units(top: str = DEZHOU) -> tuple[Unit, ...]:
    """`top` and every unit below it in the packed tree of Dezhou."""
    return read_units(schemas_dir() / "units" / "3714.csv", top)


def packaged_catalogue(top: str = DEZHOU, units: tuple[Unit, ...] | None = None, own: Path | None = None) -> Catalogue:
    """The packed catalogue as number 1, over `units` or over the packed tree below `top`, with what a city adds in the
    folder `own`."""
    tree = packaged_units(top) if units is None else units
    return load_catalogue(schemas_dir() / "catalogue", top, tree, 1, own)
