"""A running district on a disk of its own that fills up; run by test_small_disk.py where nobody else sees that disk.

Run as: python -m tests.faults.small_disk CITY DISTRICT; DISTRICT lies on the small disk, and CITY on another.
"""

import errno
import json
import os
import sys
from pathlib import Path
from typing import Any

os.environ["TIERSYNC_LANG"] = "en"

from tests.cli.offices import CITY, COMMUNITY, DISTRICT, here
from tests.faults.daemons import MINE, Daemon, until
from tests.faults.evidence import Differs, compare_line, compare_numbers, rows
from tests.faults.network import well
from tests.plugins.folders import as_csv, senior
from tests.stores import RUNNING

LEFT = 12 * 2**20  # bytes: less than the floor, and more than the link needs


class SmallDisk:
    """What happens to the district, and what both say."""

    def __init__(self, city: Path, district: Path) -> None:
        self.city, self.district = city, district
        self.filling = district / "filling"

    def list_seniors(self, count: int) -> None:
        inbox = self.district / "plugins" / "decheng" / "inbox"
        with (inbox / "seniors.csv").open("r+", encoding="utf-8") as file:  # In place: there is no room for a copy.
            file.write(as_csv(*map(senior, range(1, count + 1))))

    def fill(self, left: int) -> None:
        """Somebody else's file takes all room but so many bytes; what the node writes meanwhile it leaves."""
        for _ in range(20):
            disk = os.statvfs(self.district)
            size = self.filling.stat().st_size if self.filling.exists() else 0
            with self.filling.open("ab") as file:
                try:
                    os.posix_fallocate(file.fileno(), 0, size + disk.f_bavail * disk.f_frsize - left)
                except OSError as error:
                    if error.errno != errno.ENOSPC:
                        raise
                else:
                    return
        raise AssertionError("the disk was never still")

    def counted(self, folder: Path) -> int:
        """How many seniors the community has, as a node knows."""
        listed = well(here("report", "list", "--dir", folder, "--json")).json
        [year] = {one["period"] for one in listed if one["form"] == "aging-year"} or {"2000"}
        asked = ("report", "show", COMMUNITY, "--form", "aging-year", "--period", year, "--indicator", "P02")
        done = here(*asked, "--dir", folder, "--json")
        return 0 if done.code else next(int(one["value"]) for one in done.json["cells"] if not one["breakdown"])

    def publish(self, name: str) -> str:
        file = self.city.parent / f"{name}.md"
        file.write_text(f"# {name}\n\n请知悉。\n", encoding="utf-8")
        return str(well(here("notice", "publish", file, "--to", DISTRICT, "--dir", self.city, "--json")).json["notice"])

    def has(self, notice: str) -> bool:
        return notice in {one["notice"] for one in well(here("notice", "list", "--dir", self.district, "--json")).json}

    def differs(self) -> Differs:
        found = Differs([], [], [])
        compare_line(self.district, CITY, self.city, DISTRICT, found)
        compare_line(self.city, DISTRICT, self.district, CITY, found)
        compare_numbers(self.district, DISTRICT, found)
        return found


def play(disk: SmallDisk, running: Daemon) -> dict[str, Any]:
    """What is seen on the way; the district only runs, nobody does anything for it."""
    saw: dict[str, Any] = {}
    until(lambda: disk.counted(disk.city) == 1, "the first senior is in the city's figures")
    disk.fill(LEFT)
    disk.list_seniors(2)
    low = disk.publish("low")
    until(lambda: disk.has(low), "a notice comes down on a disk that is nearly full")
    until(lambda: "no source is read until there is room again" in running.text, "it says that it reads nothing")
    jobs = "SELECT count(*) FROM jobs WHERE result = 'faulty'"
    faulty = rows(disk.district, jobs)
    until(lambda: rows(disk.district, jobs) > faulty, "one more push that reads nothing")
    saw["read on a disk that is nearly full"] = disk.counted(disk.district) - 1
    disk.fill(0)
    full = disk.publish("full")
    until(lambda: " is full. Make room" in running.text, "it says that its disk is full")
    saw["alive on a full disk"] = running.is_alive
    disk.filling.unlink()
    until(lambda: disk.counted(disk.city) == 2, "what was not read is read, and arrives")
    until(lambda: disk.has(full), "the notice of the meantime comes down")
    until(lambda: disk.differs().is_well, "nothing is on its way")
    return saw | {"differs": disk.differs(), "faults": running.text.count(MINE) + running.text.count("Traceback")}


def main() -> None:
    disk = SmallDisk(*map(Path, sys.argv[1:]))
    with RUNNING:
        city = Daemon(disk.city, command="serve").wait_until_it_serves()
        running = Daemon(disk.district)
        try:
            sys.stdout.write(json.dumps(play(disk, running)) + "\n")
        finally:
            sys.stderr.write(running.text[-3000:])
            running.end()
            city.end()


if __name__ == "__main__":
    main()
