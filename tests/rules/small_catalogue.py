"""A small network of four tiers and a form over it, for tests that add figures."""

from collections.abc import Iterable

from tiersync.model.catalogue import Catalogue
from tiersync.model.cell import Cell, Cells
from tiersync.model.form import Form
from tiersync.model.indicator import Breakdown, Indicator
from tiersync.model.unit import Unit

CITY = "379900000000"
DISTRICT = "379901000000"
STREET, OTHER_STREET = "379901001000", "379901002000"
COMMUNITY, NEIGHBOUR = "379901001001", "379901001002"
TIERS = ("city", "district", "street", "community")


def count(code: str, **told: object) -> Indicator:
    """An indicator that counts seniors, by sex and by age band."""
    shape: dict[str, object] = {
        "code": code, "zh": code, "en": code, "record": "senior", "measure": "count", "kind": "stock",
        "periods": ("Q",), "measured_in": "人", "entered": ("community",),
        "breakdowns": (Breakdown(dims=("sex",)), Breakdown(dims=("age_band",))),
    }  # fmt: skip
    return Indicator.model_validate(shape | told)


def ratio(code: str, numerator: str, denominator: str) -> Indicator:
    """Their share, by sex."""
    split = (Breakdown(dims=("sex",)),)
    return count(
        code, measure="ratio", kind="ratio", numerator=numerator, denominator=denominator, factor=100, breakdowns=split
    )


INDICATORS = (
    count("P01"),
    count("P02"),
    count("A01"),
    count("B03", decimals=2),
    count("I01"),
    ratio("I02", "I01", "P02"),
)
ENTRIES: dict[str, tuple[str, ...]] = {"P02": ("community",), "A01": TIERS}


def form_of(entries: dict[str, tuple[str, ...]] | None = None) -> Form:
    """A quarterly form; by default communities enter P02 and everybody enters A01."""
    return Form(code="aging-quarter", zh="季报", en="Quarter", period="Q", entries=entries or ENTRIES)


def tree_units(districts: int = 2, streets: int = 2, communities: int = 2) -> tuple[Unit, ...]:
    """One city with so many districts, streets in each, and communities in each of those."""

    def below(parent: str, tier: int, sizes: list[tuple[int, int]]) -> Iterable[Unit]:
        yield Unit(code=parent, name=TIERS[tier], parent=upper.get(parent), tier=TIERS[tier])
        if sizes:
            (many, place), *rest = sizes
            for number in range(1, many + 1):
                child = str(int(parent) + number * 10**place)
                upper[child] = parent
                yield from below(child, tier + 1, rest)

    upper: dict[str, str] = {}
    return tuple(below(CITY, 0, [(districts, 6), (streets, 3), (communities, 0)]))


def small_catalogue(districts: int = 2, streets: int = 2, communities: int = 2) -> Catalogue:
    """The catalogue of that network; hand the form over separately."""
    units = tree_units(districts, streets, communities)
    return Catalogue(
        number=1, top=CITY, tiers=TIERS, units=units, codes={}, dimensions=(), indicators=INDICATORS, forms=(), rules=()
    )


def cell(indicator: str, value: int | None, breakdown: str = "", **told: object) -> Cell:
    """One cell of an own part, `ok` unless told otherwise, missing where there is no value."""
    known = value is not None
    own = Cell(indicator, breakdown, "value", value, 0, "ok" if known else "missing", "records", 1, int(known))
    return own._replace(**told)  # type: ignore[arg-type]


def own_cells(**values: int | None) -> Cells:
    """An own part that holds just these indicators."""
    return Cells.of([cell(code, value) for code, value in values.items()])
