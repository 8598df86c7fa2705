"""What went wrong, kept in both languages until somebody reads it in one."""

import json
from typing import NamedTuple

from tiersync.errors import TiersyncError


class Spelled(NamedTuple):
    """A message in English and Chinese."""

    en: str
    zh: str


def spell_error(error: TiersyncError) -> str:
    """An error's message in English and Chinese, as JSON text."""
    return json.dumps(Spelled(error.say("en"), error.say("zh"))._asdict(), ensure_ascii=False)


def read_spelled(text: str) -> Spelled:
    """What was spelled."""
    return Spelled(**json.loads(text))
