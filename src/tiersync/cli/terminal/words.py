"""Which language to speak: --lang, else TIERSYNC_LANG, else what the node's tiersync.toml says, else the locale.

Decided once, before any help text is made.
"""

import os
import sys
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

from tiersync.model.hidden import escaped
from tiersync.model.text import Text

LOCALES = ("LC_ALL", "LC_MESSAGES", "LANG")


def chosen(arguments: Sequence[str], environment: Mapping[str, str]) -> str:
    """`zh` or `en`."""
    said = (
        given("--lang", arguments)
        or environment.get("TIERSYNC_LANG", "")
        or written_in(Path(given("--dir", arguments) or environment.get("TIERSYNC_DIR") or "."))
        or next((environment[name] for name in LOCALES if environment.get(name)), "")
    )
    return "zh" if said.lower().startswith("zh") else "en"


def given(option: str, arguments: Sequence[str]) -> str:
    """The value of an option among the arguments, wherever it stands; '' when it is not there."""
    for place, argument in enumerate(arguments):
        if argument == option:
            return next(iter(arguments[place + 1 :]), "")
        if argument.startswith(f"{option}="):
            return argument.partition("=")[2]
    return ""


def written_in(folder: Path) -> str:
    """The language that the node in `folder` is set to, '' for none; whoever needs the file says what is wrong."""
    try:
        lang = tomllib.loads((folder / "tiersync.toml").read_text(encoding="utf-8-sig"))["node"]["lang"]
    except (OSError, ValueError, KeyError, TypeError):
        return ""
    return lang if lang in ("zh", "en") else ""


LANG = chosen(sys.argv[1:], os.environ)


def say(zh: str, en: str) -> str:
    """The text in the language of this run; what stands in it of names from elsewhere cannot move the cursor or turn
    the line around."""
    return escaped(zh if LANG == "zh" else en)


def text(pair: Text) -> str:
    """A text in the language of this run, as harmless as `say` makes it."""
    return escaped(pair.say(LANG))


def heads(zh: str, en: str) -> list[str]:
    """A table's headings, written with commas between them."""
    return say(zh, en).split(",")
