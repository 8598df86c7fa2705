"""The seniors of the city: a row for each, whose columns hold every margin exactly at the same time."""

import polars as pl

from tiersync.example.people.ages import AGE_BANDS
from tiersync.example.plan.dealing import dealt, homes, ranks
from tiersync.example.plan.places import Places
from tiersync.example.plan.plan import Plan

YOUNGER = "50-59"
BANDS = pl.Enum(list(AGE_BANDS))
ALONE_WITH_SPOUSE = "2"
RURAL = "1"

LIVING_ORDER = ("5", "4", "9", "6", "7", "8", "2", "1", "3")  # With parents, if anybody, the youngest.
MARITAL_ORDER = ("20", "22", "90", "10", "40", "30")
EDUCATION_ORDER = ("90", "80", "70", "60", "40", "30", "20", "10")
PENSION_ORDER = ("3", "4", "9", "5", "1", "2")
MEDICAL_ORDER = ("2a", "9", "4", "2b", "1", "3")


def settle(plan: Plan, places: Places) -> pl.DataFrame:
    """The seniors in order of community: serial, home (a community's number), a code for each dealt field."""
    people = pl.DataFrame({"home": homes(places.seniors)}).with_row_index("serial")
    people = _with_ages(people, plan)
    people = _with_homes_and_kin(people, plan, places)
    return _with_other_fields(people, plan)


def _with_ages(people: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """Age band, and within each band sex and ability."""
    margins = plan.margins
    people = people.with_columns(band=dealt([margins.bands], ranks(people, plan.seed, "band"), BANDS))
    band = pl.col("band").to_physical()
    return people.with_columns(
        sex=dealt(margins.sexes.values(), ranks(people, plan.seed, "sex", band)),
        ability_level=dealt(margins.abilities.values(), ranks(people, plan.seed, "ability", band)),
    )


def _with_homes_and_kin(people: pl.DataFrame, plan: Plan, places: Places) -> pl.DataFrame:
    """Registration, rural more often in villages, and for each registration how people live."""
    livings = plan.margins.livings
    totals = {hukou: sum(counts.values()) for hukou, counts in livings.items()}
    urban_place = pl.when(pl.lit(places.villages).gather(pl.col("home"))).then(0).otherwise(3)
    people = people.with_columns(hukou_kind=dealt([totals], ranks(people, plan.seed, "hukou", lean=urban_place)))
    older = pl.when(pl.col("band") == "60-64").then(0).otherwise(1)
    place = ranks(people, plan.seed, "living", pl.col("hukou_kind").to_physical(), older)
    ordered = [{living: counts[living] for living in LIVING_ORDER} for counts in livings.values()]
    return people.with_columns(living_arrangement=dealt(ordered, place))


def _with_other_fields(people: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """What is dealt field by field; some of it leans on what is known already."""
    old = pl.col("band").to_physical()
    spouse = pl.col("living_arrangement") == ALONE_WITH_SPOUSE
    urban = pl.when(pl.col("hukou_kind") == RURAL).then(0).otherwise(9)
    leans = {
        "hardship_kind": ((), None),
        "marital_status": (MARITAL_ORDER, pl.when(spouse).then(0).otherwise(8 + old)),
        "education": (EDUCATION_ORDER, 9 - old),
        "pension_kind": (PENSION_ORDER, urban),
        "medical_kind": (MEDICAL_ORDER, urban),
        "ethnicity": ((), None),
    }
    columns = {}
    for field, (order, lean) in leans.items():
        counts = plan.margins.others[field]
        ordered = {code: counts[code] for code in order or counts}
        columns[field] = dealt([ordered], ranks(people, plan.seed, field, lean=lean))
    return people.with_columns(**columns)
