"""Identity numbers of people who do not exist: GB 11643 numbers under a region that was never given out."""

from datetime import date

from tiersync.model.identity import check_character

PREFIX = "3799"  # Shandong has no such prefecture, so no living person can hold one of these numbers.
REGIONS, PAIRS = 99, 500  # Without a common factor, so that a serial's two rests tell it from every other.
SERIALS = REGIONS * PAIRS
MALE, FEMALE = "1", "2"


def identity_number(serial: int, birth: date, sex: str) -> str:
    """The identity number of the made-up person `serial`; no two below `SERIALS` share one.

    The sequence number is even for a woman and odd for a man.
    """
    sequence = serial % PAIRS * 2 + (sex == MALE)
    body = f"{PREFIX}{serial % REGIONS + 1:02}{birth:%Y%m%d}{sequence:03}"
    return body + check_character(body)


def is_sound(identity: str) -> bool:
    """Whether the last digit belongs to the others."""
    return len(identity) == 18 and identity[:17].isdigit() and check_character(identity[:17]) == identity[17]
