"""Answers that are given as pairs: FIELD=HEADER, and FIELD:WORD=CODE."""

import re
from typing import TYPE_CHECKING

import click

from tiersync.cli.terminal.words import say

if TYPE_CHECKING:
    from tiersync.plugins.drafting.answers import Meaning

MEANING = re.compile(r"([a-z_]+):(.+)=([^=]+)", re.S)
PAIR = re.compile(r"([a-z_]+|[A-Z]{1,3}[0-9]{2,3}(?::[a-z_]+=[^=]+)?)=(.*)", re.S)  # or P02, B01:scheme=allow_90


def meaning_of(text: str) -> "Meaning":
    """FIELD:WORD=CODE, what a word of a field means."""
    from tiersync.plugins.drafting.answers import Meaning

    found = MEANING.fullmatch(text)
    if not found:
        raise click.BadParameter(say(f"{text}：应写成 字段:文字=代码", f"{text}: write FIELD:WORD=CODE"))
    return Meaning(found[1], found[2].strip(), found[3].strip())


def pair_of(text: str) -> tuple[str, str]:
    found = PAIR.fullmatch(text)
    if not found:
        raise click.BadParameter(say(f"{text}：应写成 字段=…", f"{text}: write FIELD=…"))
    return found[1], found[2].strip()
