"""Writing the city: everybody is made up at once, as codes; files are written district by district."""

from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl

from tiersync.example.offices.files import Files
from tiersync.example.offices.layout import Layout
from tiersync.example.offices.words import Spelling
from tiersync.example.people.ages import LAST_DAY
from tiersync.example.people.beside import settle_beside
from tiersync.example.people.births import bear, let_die, number
from tiersync.example.people.death import one_who_dies
from tiersync.example.people.people import settle
from tiersync.example.people.register import filings, register
from tiersync.example.people.roles import BIRTH_CONFLICT, SEX_CONFLICT, Crowd, enrol, insure, misfile, serve
from tiersync.example.plan.expected import expected
from tiersync.example.plan.manifest import NAME, Dirt, Manifest
from tiersync.example.plan.places import DISTRICT, Places
from tiersync.example.plan.plan import REFUSED, Plan
from tiersync.example.work.activities import activities
from tiersync.example.work.benefits import benefits, claims
from tiersync.example.work.figures import figures
from tiersync.example.work.premises import associations, facilities
from tiersync.example.work.services import services
from tiersync.model.catalogue import Catalogue

Progress = Callable[[str, int, int], None]


def write_city(root: Path, catalogue: Catalogue, plan: Plan, layout: Layout, progress: Progress) -> Manifest:
    """Write the sources of every unit of `catalogue` below `root`, and say what was written.

    Each folder is `root`/<unit code>/plugins/register. Equal plans write equal files. Raises UnknownUnit.
    """
    places = Places(catalogue.units, plan.margins.counties, plan.seed)
    folders = layout.folders(places)
    people = make_up(plan, places)
    rows = filings(people, places, plan.seed)
    files = Files(root, folders, layout.habits(places), Spelling(catalogue))
    for record, frame in offices(people, places, plan):
        files.write(record, frame)
    for done, district in enumerate(places.districts):
        progress(places.tree[district].name, done, len(places.districts))
        write_district(files, district, people, rows, places, plan)
    manifest = Manifest(
        seed=plan.seed, share=str(plan.share), by=layout.by, street=layout.street, last_day=LAST_DAY.isoformat(),
        units=sizes(places), margins=margins(plan), dirt={"senior": dirt(rows, folders, places, plan)},
        expected=tuple(expected(plan)), seniors=dict(zip(places.communities, places.seniors, strict=True)),
        folders=tuple(files.close(places)), one_who_dies=one_who_dies(people, places, folders),
    )  # fmt: skip
    (root / NAME).write_text(manifest.model_dump_json(indent=1), encoding="utf-8")
    return manifest


def make_up(plan: Plan, places: Places) -> pl.DataFrame:
    """Everybody whom some office knows, as codes and dates."""
    crowd = Crowd(settle_beside(settle(plan, places), plan, places), plan, places)
    for step in (enrol, bear, misfile, let_die, insure, serve, number):
        step(crowd)
    return crowd.people


def offices(people: pl.DataFrame, places: Places, plan: Plan) -> Iterator[tuple[str, pl.DataFrame]]:
    """Rows of the records that are few enough to be made at once."""
    yield "association", associations(places, plan)
    yield "activity", activities(places, plan)
    yield "benefit", claims(people, places, plan)
    yield "service", services(people, places, plan)
    yield "facility", facilities(places, plan)
    yield "figure", figures(people, places, plan)


def write_district(
    files: Files, district: str, people: pl.DataFrame, rows: pl.DataFrame, places: Places, plan: Plan
) -> None:
    """The registers and benefits of one district's communities."""
    homes = [number for number, unit in enumerate(places.ancestors[DISTRICT]) if unit == district]
    here = pl.Series([homes[0], homes[-1]])
    files.write("senior", register(rows.filter(pl.col("filed").is_between(*here)), places, plan.seed))
    files.write("benefit", benefits(people.filter(pl.col("home").is_between(*here)), places, plan))


def sizes(places: Places) -> dict[str, int]:
    """How many units of each tier there are."""
    return {
        "districts": len(places.districts),
        "streets": len(places.streets),
        "communities": len(places.communities),
    }


def margins(plan: Plan) -> dict[str, dict[str, int]]:
    """The margins as flat tables: `60-64,1` is an age band and a sex."""
    made = plan.margins
    tables = {"age_sex": made.sexes, "age_ability": made.abilities, "hukou_living": made.livings}
    flat = {
        name: {f"{row},{column}": count for row, counts in table.items() for column, count in counts.items()}
        for name, table in tables.items()
    }
    return {"county": dict(made.counties)} | flat | {field: dict(counts) for field, counts in made.others.items()}


def dirt(rows: pl.DataFrame, folders: dict[str, str], places: Places, plan: Plan) -> Dirt:
    """What is wrong with the register: as planned, except who of those filed twice share a folder with themselves."""
    folder = pl.lit(pl.Series([folders[code] for code in places.communities]))
    moved = rows.select((folder.gather(pl.col("home")) != folder.gather(pl.col("filed"))).sum()).item()
    planned = plan.dirt
    flagged = {
        SEX_CONFLICT: planned[SEX_CONFLICT], BIRTH_CONFLICT: planned[BIRTH_CONFLICT],
        "attributed_elsewhere": moved, "doubled": planned["filed_twice"] - moved,
    }  # fmt: skip
    return Dirt(
        refused={reason: planned[reason] for reason in REFUSED},
        flagged=flagged,
        filed_twice=planned["filed_twice"],
        death_not_entered=sum(plan.unentered.values()),
        paid_after_death=plan.roll.dead_when_paid,
    )
