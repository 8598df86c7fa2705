"""A death that is entered after the figures were sent: who dies, and the row that their community changes."""

import csv
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import polars as pl

from tiersync.example.offices.habits import USUAL
from tiersync.example.offices.plugin import INBOX, folder_of
from tiersync.example.offices.words import HEADERS
from tiersync.example.people.births import identity_numbers
from tiersync.example.people.roles import IS_ALIVE
from tiersync.example.plan.manifest import Manifest, OneWhoDies
from tiersync.example.plan.places import Places
from tiersync.example.plan.plan import EIGHTY_UP

DAY = date(2013, 11, 20)  # In the last quarter of 2013, so that its figures and those of the year fall.
DEAD = "死亡"  # the word of the code list
ELSEWHERE = (  # What makes another row speak of somebody.
    "filed_twice", "insured_2012", "insured_2013", "card", "planned", "given_legal_aid", "aided", "applied",
)  # fmt: skip
ODD = ("died_2014", "sex_conflict", "birth_conflict", "elsewhere")


def one_who_dies(people: pl.DataFrame, places: Places, folders: Mapping[str, str]) -> OneWhoDies:
    """The first senior below 80 whom no other row speaks of."""
    plain = IS_ALIVE & ~pl.col("band").is_in(EIGHTY_UP) & ~pl.any_horizontal(*ELSEWHERE, *ODD)
    first = people.filter(plain).sort("home", "serial").head(1).select("home", identity=identity_numbers())
    unit = places.communities[first["home"].item()]
    file = f"{folder_of(folders[unit])}/{INBOX}/{USUAL.file_of('senior')}"
    return OneWhoDies(unit=unit, file=file, identity=first["identity"].item())


def enter_death(root: Path, manifest: Manifest, day: date = DAY) -> Path:
    """Write into the register below `root` that the manifest's `one_who_dies` died on `day`, and nothing else.

    Returns the file. P02 of that community, and of every unit above it, falls by one.
    """
    path, headers = root / manifest.one_who_dies.file, HEADERS["senior"]
    with path.open(encoding=USUAL.encoding, newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        if row[headers["id_number"]] == manifest.one_who_dies.identity:
            row |= {headers["life_status"]: DEAD, headers["status_date"]: day.isoformat()}
    with path.open("w", encoding=USUAL.encoding, newline="") as file:
        writer = csv.DictWriter(file, headers.values(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path
