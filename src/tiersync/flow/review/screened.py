"""The net for what people write about reports: nothing that looks like personal data is sealed, and nothing endless."""

from collections.abc import Iterable

from tiersync.errors import PersonalData, TextTooLong
from tiersync.rules.screening.screen import KINDS, screen

LONGEST = 500  # characters of one reason, explanation or request
MOST_TEXTS = 20


def check_texts(texts: Iterable[str]) -> None:
    """Raise TextTooLong for what no verdict carries, and PersonalData for the first text that seems to hold some."""
    said = list(texts)
    if len(said) > MOST_TEXTS or any(not text or len(text) > LONGEST for text in said):
        raise TextTooLong(longest=LONGEST, most=MOST_TEXTS)
    for text in said:
        for hit in screen(text):
            zh, en = KINDS[hit.kind]
            raise PersonalData(place="-", where=hit.place, kind_zh=zh, kind_en=en)
