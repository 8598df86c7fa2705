"""How old the people beside the margins are, and of what sex: shares after the seniors' own margins."""

from collections.abc import Mapping
from datetime import date

Shares = Mapping[str, int]

LAST_DAY = date(2013, 12, 31)  # Ages and lives are as of this day.
AGE_BANDS: Shares = {
    "50-59": 62_000,  # Offices open files early; nobody below 60 may ever count.
    "60-64": 294_851,
    "65-69": 206_628,
    "70-74": 165_713,
    "75-79": 119_876,
    "80-84": 67_211,
    "85-89": 28_305,
    "90-94": 5_899,
    "95-99": 1_383,
    "100+": 134,
}
FEMALE_PERCENT: Shares = {
    "50-59": 50, "60-64": 49, "65-69": 50, "70-74": 50, "75-79": 53, "80-84": 56,
    "85-89": 61, "90-94": 66, "95-99": 68, "100+": 75,
}  # fmt: skip


def youngest_and_oldest(band: str) -> tuple[int, int]:
    """The ages that a band holds, both included."""
    if band.endswith("+"):
        return int(band[:-1]), int(band[:-1]) + 5
    low, high = band.split("-")
    return int(low), int(high)
