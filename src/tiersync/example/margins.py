"""How people are spread in the made-up network: shares after the margins of the example city of 890,000 seniors."""

from collections.abc import Mapping
from random import Random

Shares = Mapping[str, int]

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
HUKOU: Shares = {"1": 623, "2": 267}
LIVING: Shares = {"1": 85, "2": 313, "3": 423, "4": 30, "5": 3, "6": 8, "7": 7, "8": 15, "9": 5}
HARDSHIP: Shares = {"0": 8326, "1": 329, "2": 85, "3": 107, "4": 21, "5": 22, "1,4": 10}
ABILITY: Mapping[str, Shares] = {
    "younger": {"0": 733, "1": 76, "2": 21, "3": 10, "4": 5, "9": 60},
    "80 and over": {"0": 49, "1": 27, "2": 13, "3": 9, "4": 5, "9": 5},
}
LIFE: Shares = {"active": 93, "died": 3, "died after": 1, "moved": 2, "lost": 1}


def draw(random: Random, shares: Shares) -> str:
    """One of the names in `shares`, as often as its share says."""
    return random.choices(list(shares), weights=list(shares.values()))[0]


def youngest_and_oldest(band: str) -> tuple[int, int]:
    """The ages that a band holds, both included."""
    if band.endswith("+"):
        return int(band[:-1]), int(band[:-1]) + 5
    low, high = band.split("-")
    return int(low), int(high)
