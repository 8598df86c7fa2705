"""The passphrase of the keys in a backup: from the environment, or asked for without showing it."""

import os
import sys

import click

from tiersync.cli.terminal.words import say
from tiersync.errors import NoPassphrase, ShortPassphrase

VARIABLE = "TIERSYNC_BACKUP_PASSPHRASE"
SHORTEST = 12  # bytes of a new one: so many letters, or four Chinese characters


def passphrase(is_new: bool) -> str:
    """The passphrase, a new one asked for twice; raises NoPassphrase where nobody can be asked."""
    if given := os.environ.get(VARIABLE):
        return long_enough(given) if is_new else given
    if not sys.stdin.isatty():
        raise NoPassphrase()
    asked = say("备份密钥的口令", "Passphrase for the keys")
    again = say("再输入一次", "Once more") if is_new else None
    said: str = click.prompt(asked, hide_input=True, confirmation_prompt=again or False, err=True)
    return long_enough(said) if is_new else said


def long_enough(said: str) -> str:
    """Raise ShortPassphrase for one that is tried out in no time by whoever finds the file."""
    if len(said.encode()) < SHORTEST:
        raise ShortPassphrase(least=SHORTEST)
    return said
