"""Small cells of sensitive breakdowns are masked, with as many more as keep them from being worked out."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rules.outside_reader import Reader, Spot
from tests.rules.small_catalogue import cell, count, ratio, small_catalogue
from tiersync.config.packaged import packaged_catalogue
from tiersync.model.catalogue import Catalogue, ListedCode
from tiersync.model.cell import Cell
from tiersync.model.indicator import Breakdown, Condition, Dimension, Indicator, Pair
from tiersync.model.indicator import RatioPart as Counted
from tiersync.rules.disclosure.masking import mask, masked

CODES = {"ability_level": ("1", "2", "3"), "age_band": ("80-84", "85-89"), "hukou_kind": ("1", "2"), "sex": ("1", "2")}
FIELDS = {"age_band": "age"}
ALIVE = Condition(field="life_status", equals=("1",))
RURAL = Condition(field="hukou_kind", equals=("1",))
UNABLE = Condition(field="ability_level", equals=("1", "2", "3"))
ABLE = "0"


def of_catalogue(*indicators: Indicator) -> Catalogue:
    dimensions = tuple(
        Dimension(code=code, zh=code, en=code, field=FIELDS.get(code, code), codes=code.upper()) for code in CODES
    )
    codes = {
        dim.upper(): tuple(
            ListedCode(code=code, zh=code) for code in (ABLE, *known) if code != ABLE or dim == "ability_level"
        )
        for dim, known in CODES.items()
    }
    return small_catalogue().model_copy(update={"indicators": indicators, "dimensions": dimensions, "codes": codes})


def split(*dims: str, kind: str = "partition") -> Breakdown:
    return Breakdown.model_validate({"dims": dims, "kind": kind})


def cells_of(code: str, values: dict[str, int | None], **told: object) -> list[Cell]:
    return [cell(code, value, breakdown, **told) for breakdown, value in values.items()]


def hidden_of(catalogue: Catalogue, cells: Iterable[Cell], code: str = "N01") -> set[str]:
    return {key.breakdown for key in masked(catalogue, list(cells)) if key.indicator == code}


def by_ability(*values: int) -> dict[str, int | None]:
    """A total and its cells by ability, codes 0 and up."""
    return {"": sum(values)} | {f"ability_level={code}": value for code, value in enumerate(values)}


BY_ABILITY = of_catalogue(count("N01", breakdowns=(split("ability_level"), split("sex"))))


@pytest.mark.parametrize(
    ("values", "hidden"),
    [
        ((90, 12, 7, 5), ""),
        ((90, 12, 7, 4), "2 3"),
        ((90, 12, 3, 4), "2 3"),
        ((90, 12, 1, 1), "1 2 3"),
        ((90, 12, 1, 2), "2 3"),
        ((90, 12, 0, 3), "1 3"),
        ((0, 0, 0, 3), "0 3"),
        ((0, 0, 1, 1), "0 2 3"),
        ((0, 0, 0, 0), ""),
    ],
)
def test_a_small_cell_is_masked_with_the_next_smallest_that_is_not_0(values: tuple[int, ...], hidden: str) -> None:
    cells = cells_of("N01", by_ability(*values))
    assert hidden_of(BY_ABILITY, cells) == {f"ability_level={code}" for code in hidden.split()}


def test_a_masked_cell_has_a_status_and_no_value_and_the_others_are_as_they_were() -> None:
    cells = cells_of("N01", by_ability(90, 12, 7, 4), bounds="..9")
    told = mask(BY_ABILITY, cells)
    assert told[:3] == cells[:3]
    assert [(one.value, one.status, one.bounds) for one in told[3:]] == [(None, "masked", "")] * 2


def test_what_is_not_sensitive_is_told_however_small() -> None:
    cells = cells_of("N01", {"": 3, "sex=1": 1, "sex=2": 2})
    assert mask(BY_ABILITY, cells) == cells


def test_which_dimensions_are_sensitive_is_what_the_records_say() -> None:
    catalogue = packaged_catalogue()
    dims = {dim for dim in catalogue.by_dimension if masked(catalogue, cells_of("A03", {f"{dim}=1": 3, f"{dim}=2": 9}))}
    assert dims == {"ability_level", "case_kind", "claim_kind", "hardship_kind", "target_group"}


def test_of_records_that_only_a_package_elsewhere_knows_every_cell_may_be_sensitive() -> None:
    rides = of_catalogue(count("N01", record="bus_ride", breakdowns=(split("sex"),)))
    assert hidden_of(rides, cells_of("N01", {"": 12, "sex=1": 3, "sex=2": 9})) == {"sex=1", "sex=2"}


def test_money_is_no_count_but_goes_with_the_persons_who_got_it() -> None:
    catalogue = packaged_catalogue()
    kinds = ("claim_kind=death", "claim_kind=disability", "claim_kind=medical")
    paid = cells_of("I04", {"": 900} | dict(zip(kinds, (400, 200, 300), strict=True)), scale=2)
    assert masked(catalogue, [one._replace(value=3) for one in paid]) == set()
    persons = cells_of("I03", {"": 9} | dict(zip(kinds, (2, 7, 0), strict=True)))
    assert hidden_of(catalogue, [*paid, *persons], "I03") == set(kinds[:2])
    assert hidden_of(catalogue, [*paid, *persons], "I04") == set(kinds[:2])


def test_an_indicator_that_picks_by_something_sensitive_is_sensitive_in_every_breakdown() -> None:
    catalogue = packaged_catalogue()
    cells = cells_of("P10", {"": 3, "age_band=80-84": 3, "age_band=85-89": 0})
    assert hidden_of(catalogue, cells, "P10") == {"", "age_band=80-84"}


def test_a_0_that_could_be_nothing_else_hides_nothing() -> None:
    old = of_catalogue(count("N01", where=(Condition(field="age", at_least=85),)))
    ages = {f"ability_level=3;age_band={band}": 0 for band in ("60-64", "80-84", "90-94", "unknown")}
    cells = cells_of("N01", {"": 2} | ages | {"ability_level=3;age_band=85-89": 2})
    assert hidden_of(old, cells) == {"ability_level=3;age_band=85-89", "ability_level=3;age_band=90-94"}
    cases = of_catalogue(count("N01", where=(Condition(field="sex", equals=("2",)),)))
    cells = cells_of("N01", {"": 2, "ability_level=3;sex=1": 0, "ability_level=3;sex=2": 2, "ability_level=9;sex=2": 0})
    assert hidden_of(cases, cells) == {"ability_level=3;sex=2", "ability_level=9;sex=2"}


def test_what_has_no_value_stays_as_it_is() -> None:
    cells = cells_of("N01", {"": 3, "ability_level=1": 3, "ability_level=2": None, "ability_level=3": 0})
    told = {one.breakdown: one.status for one in mask(BY_ABILITY, cells)}
    assert told == {"": "ok", "ability_level=1": "masked", "ability_level=2": "missing", "ability_level=3": "masked"}


def test_of_a_ratio_both_numbers_are_masked_where_one_of_them_is() -> None:
    catalogue = of_catalogue(
        count("N01", where=(ALIVE,)), count("N02", where=(ALIVE, UNABLE)), ratio("R01", "N02", "N01")
    )
    cells = [
        *cells_of("N01", {"": 50, "sex=1": 30, "sex=2": 20}), *cells_of("N02", {"": 9, "sex=1": 2, "sex=2": 7}),
        *cells_of("R01", {"": 9, "sex=1": 2, "sex=2": 7}, measure="numerator"),
        *cells_of("R01", {"": 50, "sex=1": 30, "sex=2": 20}, measure="denominator"),
    ]  # fmt: skip
    assert hidden_of(catalogue, cells) == set()
    assert hidden_of(catalogue, cells, "N02") == {"sex=1", "sex=2"}
    assert {key for key in masked(catalogue, cells) if key.indicator == "R01"} == {
        one.key for one in cells if one.indicator == "R01" and one.breakdown
    }


SPLITS = [
    ("ability_level",), ("sex",), ("age_band",), ("ability_level", "sex"), ("ability_level", "age_band"),
    ("age_band", "sex"), ("ability_level", "age_band", "sex"),
]  # fmt: skip
WHERE = {"N01": (ALIVE,), "N02": (ALIVE, UNABLE), "N03": (ALIVE, RURAL)}
PARTS = {"N02": "N01", "N03": "N01"}
PERSONS = st.lists(
    st.tuples(*(st.sampled_from(codes) for codes in ((ABLE, *CODES["ability_level"]), *list(CODES.values())[1:]))),
    max_size=24,
)


@dataclass(frozen=True)
class Counts:
    """Seniors, those with reduced ability among them, and those of the countryside; each split in some ways."""

    persons: Sequence[tuple[str, ...]]
    splits: dict[str, list[tuple[str, ...]]]

    @property
    def catalogue(self) -> Catalogue:
        counted = (
            count(code, where=where, breakdowns=tuple(split(*dims) for dims in self.splits[code]))
            for code, where in WHERE.items()
        )
        pair = Pair(
            numerator=Counted(record="senior", where=WHERE["N03"]),
            denominator=Counted(record="senior", where=WHERE["N01"]),
        )
        return of_catalogue(
            *counted, ratio("R01", "N02", "N01"), ratio("R02", "", "").model_copy(update={"pair": pair})
        )

    def cells(self) -> list[Cell]:
        told = {code: self.told(code) for code in WHERE}
        shown = [one for code, values in told.items() for one in cells_of(code, values)]
        both = told["N01"].keys() & told["N03"].keys()
        shown += cells_of("R02", {place: told["N03"][place] for place in both}, measure="numerator")
        shown += cells_of("R02", {place: told["N01"][place] for place in both}, measure="denominator")
        return sorted(shown)

    def told(self, code: str) -> dict[str, int | None]:
        named = [dict(zip(CODES, person, strict=True)) for person in self.persons]
        chosen = [one for one in named if all(one.get(c.field, "1") in c.equals for c in WHERE[code])]
        values: dict[str, int | None] = {"": len(chosen)}
        for dims in self.splits[code]:
            every = product(*((ABLE, *CODES[dim]) if dim == "ability_level" else CODES[dim] for dim in dims))
            found = Counter(tuple(one[dim] for dim in dims) for one in chosen)
            values |= {";".join(map("=".join, zip(dims, codes, strict=True))): found[codes] for codes in every}
        return values

    def reader(self) -> Reader:
        cells = self.cells()
        told = {spot(one): one.value or 0 for one in cells if one.indicator in WHERE}
        hidden = masked(self.catalogue, cells)
        return Reader(
            told, frozenset(spot(one) for one in cells if one.key in hidden and one.indicator in WHERE), PARTS
        )


def spot(one: Cell) -> Spot:
    pairs = (pair.partition("=") for pair in one.breakdown.split(";") if pair)
    return one.indicator, frozenset((dim, code) for dim, _, code in pairs)


def is_small(one: Spot, value: int) -> bool:
    return 1 <= value <= 4 and (one[0] == "N02" or "ability_level" in dict(one[1]))


WAYS = st.fixed_dictionaries(
    {code: st.lists(st.sampled_from(SPLITS), unique=True, max_size=4).map(sorted) for code in WHERE}
)


@settings(max_examples=100, deadline=None)
@given(st.builds(Counts, PERSONS, WAYS))
def test_no_small_cell_can_be_worked_out_from_anything_that_is_told(counts: Counts) -> None:
    reader = counts.reader()
    small = {one for one, value in reader.truth.items() if is_small(one, value)}
    assert small <= reader.masked
    assert [one for one in small if reader.can_tell(one)] == []
