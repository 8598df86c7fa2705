"""The net for what people write about reports: nothing that looks like personal data is sealed."""

from collections.abc import Iterable

from tiersync.errors import PersonalData
from tiersync.rules.screening.screen import KINDS, screen


def check_texts(texts: Iterable[str]) -> None:
    """Raise PersonalData for the first text that seems to hold some."""
    for text in texts:
        for hit in screen(text):
            zh, en = KINDS[hit.kind]
            raise PersonalData(place="-", where=hit.place, kind_zh=zh, kind_en=en)
