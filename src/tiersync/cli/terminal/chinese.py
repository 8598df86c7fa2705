"""click's own words in Chinese: it asks gettext for each of them, which finds it in locale/zh/LC_MESSAGES."""

import gettext
import os
from pathlib import Path

DOMAIN = "tiersync"
PLACE = Path(__file__).parent / "locale"


def speak_chinese() -> None:
    """From here on click's help and messages are Chinese; a sentence that is not known here stays English."""
    os.environ["LANGUAGE"] = "zh"  # The one way to tell gettext of --lang: click asks it without a language.
    gettext.bindtextdomain(DOMAIN, str(PLACE))
    gettext.textdomain(DOMAIN)
