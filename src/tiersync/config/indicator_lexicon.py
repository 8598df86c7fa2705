"""By which names offices call the indicators of a catalogue, and by which words their parts."""

from collections.abc import Iterator

from tiersync.config.lists import read_lines
from tiersync.config.packaged import schemas_dir
from tiersync.errors import BadCatalogue
from tiersync.model.catalogue import Catalogue
from tiersync.model.indicator_names import name_key
from tiersync.model.lexicon import NOT_DECLARED, IndicatorNames, Lexicon


def with_indicators(lexicon: Lexicon, catalogue: Catalogue) -> Lexicon:
    """The lexicon with the names of the indicators: those of the catalogue, their codes, and the usual ones. Raises
    BadCatalogue for a usual name that means two indicators."""
    declared = {one.code: one for one in catalogue.indicators if one.measure != "ratio"}
    own = {
        name_key(name): one.code if one.code in declared else NOT_DECLARED
        for one in catalogue.indicators
        for name in (one.code, one.zh, one.en)
    }
    usual, leaves_open = _usual_names()
    return lexicon.model_copy(update={"indicators": IndicatorNames(
        names={name: code for name, code in usual.items() if code in declared} | own,
        splits={code: tuple(b.dims[0] for b in one.breakdowns if len(b.dims) == 1) for code, one in declared.items()},
        parts=_parts(lexicon, catalogue),
        leaves_open={name: dim for name, dim in leaves_open.items() if name not in own},
        in_yuan=tuple(code for code, one in declared.items() if one.measured_in == "元"),
    )})  # fmt: skip


def _usual_names() -> tuple[dict[str, str], dict[str, str]]:
    """The names of the packaged list, and the dimension that some of them leave open."""
    names: dict[str, str] = {}
    leaves_open: dict[str, str] = {}
    for line in read_lines(schemas_dir() / "lexicon" / "indicators.csv", ("indicator", "open", "alias")):
        name, code = name_key(line.fields["alias"]), line.fields["indicator"]
        if names.setdefault(name, code) != code:
            alias = line.fields["alias"]
            raise BadCatalogue(place=line.place, why_en=f"{alias} means two things", why_zh=f"“{alias}”有两种含义")
        if line.fields["open"]:
            leaves_open[name] = line.fields["open"]
    return names, leaves_open


def _parts(lexicon: Lexicon, catalogue: Catalogue) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for word, part in _words(lexicon, catalogue):
        found.setdefault(name_key(word), {})[part] = None
    return {word: tuple(parts) for word, parts in found.items() if word}


def _words(lexicon: Lexicon, catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """Each word for a code of a dimension, and what of the dimension it means."""
    for dimension in catalogue.dimensions:
        for word, code in lexicon.words.get(dimension.codes, {}).items():
            yield word, f"{dimension.code}={code}"
        for entry in catalogue.codes.get(dimension.codes, ()):
            yield from ((word, f"{dimension.code}={entry.code}") for word in (entry.code, entry.zh, entry.en) if word)
