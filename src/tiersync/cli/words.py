"""Which language to speak: --lang, else TIERSYNC_LANG, else the locale; decided once, before any help text is made."""

import os
import sys
from collections.abc import Sequence


def chosen(arguments: Sequence[str], environment: dict[str, str]) -> str:
    """`zh` or `en`."""
    for place, argument in enumerate(arguments):
        if argument == "--lang" and place + 1 < len(arguments):
            return "zh" if arguments[place + 1].startswith("zh") else "en"
        if argument.startswith("--lang="):
            return "zh" if argument.removeprefix("--lang=").startswith("zh") else "en"
    names = ("TIERSYNC_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
    locale = next((environment[name] for name in names if environment.get(name)), "")
    return "zh" if locale.lower().startswith("zh") else "en"


LANG = chosen(sys.argv[1:], dict(os.environ))


def say(en: str, zh: str) -> str:
    """The text in the language of this run."""
    return zh if LANG == "zh" else en
