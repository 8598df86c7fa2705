"""Identity numbers (GB 11643), 17 digits and a check character by ISO 7064 MOD 11-2, and those of other papers.

No county is looked up by birth year: most seniors were born before theirs had its present code.
"""

import re
from datetime import date

SHAPE = re.compile(r"[0-9]{17}[0-9X]")
FIFTEEN = re.compile(r"[0-9]{15}")
NO_DIGITS = re.compile(r"[^0-9]+")
SCIENTIFIC = re.compile(r"[0-9](\.[0-9]+)?E\+?[0-9]+")
TYPED_AS_NUMBER = "=NUMBER:"  # How a source marks a number cell: its last three digits are not to be trusted.
WEIGHTS = tuple(pow(2, 17 - place, 11) for place in range(17))
CHECK_CHARACTERS = "10X98765432"  # by the weighted sum modulo 11
FIRST_YEAR = 1850
LENGTH = 18
MALE, FEMALE = "1", "2"  # of the list SEX

RESIDENT, NO_PAPER = "111", "990"  # of the list ID_KIND; every other kind is a passport or a permit
PAPER = re.compile(r"[A-Z0-9][A-Z0-9()/-]{4,14}")  # Shorter than an identity number, so that none is taken for one.
DIGIT, BLANKS = re.compile(r"[0-9]"), re.compile(r"[ \t]+")

PROVINCES = frozenset(
    (
        *("11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37"),
        *("41", "42", "43", "44", "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65"),
        *("71", "81", "82", "83"),
    )
)  # GB/T 2260; 83 stands on residence permits of Taiwan residents.


def check_character(digits: str) -> str:
    """The character that follows these 17 digits."""
    return CHECK_CHARACTERS[sum(int(digit) * weight for digit, weight in zip(digits, WEIGHTS, strict=True)) % 11]


def why_not(text: str, today: date) -> str | None:
    """The reason code why `text` is no identity number, None when it is one."""
    if text.startswith(TYPED_AS_NUMBER) or SCIENTIFIC.fullmatch(text):
        return "precision_lost"
    if FIFTEEN.fullmatch(text):
        return "fifteen_digits"
    if not SHAPE.fullmatch(text):
        return "signs_inside" if LENGTH - 3 <= len(NO_DIGITS.sub("", text)) <= len(text) - 1 else "not_an_identity"
    if check_character(text[:17]) != text[17]:
        return "precision_lost" if text.endswith("000") else "bad_checksum"
    born = birth_day(text[6:14])
    if born is None:
        return "impossible_date"
    return "not_yet" if born > today else None


def is_other_paper(kind: str | None) -> bool:
    """Whether a kind of paper, as a row says it, is neither a resident's card nor none at all."""
    return kind not in (None, RESIDENT, NO_PAPER)


def normal(text: str) -> str:
    """The number of a passport or permit in capitals and without spaces."""
    return BLANKS.sub("", text).upper()


def why_no_paper(number: str, today: date) -> str | None:
    """The reason code why `number` is none of a passport or permit, nor an identity number; None when it is one."""
    if PAPER.fullmatch(number) and DIGIT.search(number):
        return None
    reason = why_not(number, today)
    return "not_a_paper" if reason in ("not_an_identity", "signs_inside") else reason


def sex_of(number: str) -> str:
    """The code of the sex that an identity number says: men's sequence numbers are odd."""
    return MALE if int(number[16]) % 2 else FEMALE


def birth_day(digits: str) -> date | None:
    """The day that eight digits name, None where nobody living can have been born on it."""
    try:
        day = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
    return day if day.year >= FIRST_YEAR else None
