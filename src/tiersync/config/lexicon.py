"""The packaged lexicon, with the labels of the fields and the words of the code lists themselves."""

import re
import unicodedata
from collections.abc import Mapping
from types import MappingProxyType

from tiersync.config.catalogue import read_codes
from tiersync.config.lists import read_lines
from tiersync.config.packaged import schemas_dir
from tiersync.errors import BadCatalogue
from tiersync.model.catalogue import ListedCode
from tiersync.model.lexicon import Lexicon
from tiersync.model.records.record import RECORDS

NOTHING: Mapping[str, tuple[ListedCode, ...]] = MappingProxyType({})


def packaged_lexicon(brought: Mapping[str, tuple[ListedCode, ...]] = NOTHING) -> Lexicon:
    """Every header and every word that is known; `brought` are code lists of plugin packages. Raises BadCatalogue for
    one that means two things."""
    folder = schemas_dir() / "lexicon"
    headers = {record: {_plain(kind.zh): name for name, kind in of.kinds().items()} for record, of in RECORDS.items()}
    for line in read_lines(folder / "headers.csv", ("record", "field", "alias")):
        _add(headers.setdefault(line.fields["record"], {}), line.fields["alias"], line.fields["field"], line.place)
    words = {
        name: {_plain(word): entry.code for entry in entries for word in (entry.code, entry.zh)}
        for name, entries in (dict(brought) | read_codes(schemas_dir() / "codes")).items()
    }
    for line in read_lines(folder / "words.csv", ("codes", "code", "word")):
        _add(words.setdefault(line.fields["codes"], {}), line.fields["word"], line.fields["code"], line.place)
    return Lexicon(headers=headers, words=words)


def _add(known: dict[str, str], word: str, meaning: str, place: str) -> None:
    if known.setdefault(_plain(word), meaning) != meaning:
        raise BadCatalogue(place=place, why_en=f"{word} means two things", why_zh=f"“{word}”有两种含义")


def _plain(word: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", word)).lower()
