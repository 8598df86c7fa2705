"""What went wrong, kept in both languages until somebody reads it in one."""

import json

from tiersync.errors import TiersyncError
from tiersync.model.text import Text


def spell_error(error: TiersyncError) -> str:
    """An error's message in both languages, as JSON text."""
    return json.dumps(Text(error.say("zh"), error.say("en"))._asdict(), ensure_ascii=False)


def read_spelled(text: str) -> Text:
    """What was spelled."""
    return Text(**json.loads(text))
