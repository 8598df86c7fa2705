"""What went wrong, kept in both languages until somebody reads it in one, and whether it is the other side's turn."""

import json

from tiersync.errors import NotOurFault, TiersyncError
from tiersync.model.text import Text

THEIRS = "theirs"


def spell_error(error: TiersyncError) -> str:
    """An error's message in both languages, as JSON text."""
    said = Text(error.say("zh"), error.say("en"))._asdict()
    return json.dumps(said | ({THEIRS: True} if isinstance(error, NotOurFault) else {}), ensure_ascii=False)


def read_spelled(text: str) -> Text:
    """What was spelled."""
    said = json.loads(text)
    return Text(said["zh"], said["en"])


def is_theirs(text: str) -> bool:
    """Whether the other side could not take part."""
    return THEIRS in json.loads(text)
