"""What is seen in a sample: its table, what its columns are, and which of its sheets are like it."""

from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from tiersync.cli.commands.plugin.pairs import pair_of
from tiersync.errors import UnknownName

if TYPE_CHECKING:
    from pydantic import JsonValue

    from tiersync.model.lexicon import Lexicon
    from tiersync.model.unit import Tree
    from tiersync.plugins.drafting.found_table import FoundTable
    from tiersync.plugins.drafting.inference.infer import Inferred
    from tiersync.plugins.drafting.samples.sample import Sample
    from tiersync.plugins.values.unit_names import UnitNames

SQLITE = "sqlite:///"


class Seen:
    """A sample, the table found in it, and what its columns are, for one record and unit."""

    def __init__(self, sample: "Sample", record: str, unit: str, tree: "Tree", lexicon: "Lexicon") -> None:
        from tiersync.plugins.drafting.draft import fill_unit, infer_columns
        from tiersync.plugins.drafting.found_table import find_table
        from tiersync.plugins.drafting.samples.sample_period import fill_period
        from tiersync.plugins.drafting.sheets_seen import labels_for_unit, sheets_alike, take_labels
        from tiersync.plugins.values.unit_names import names_of

        self.sample, self.record, self.unit, self.tree = sample, record, unit, tree
        self.units: UnitNames = names_of(tree.nameable(unit))
        self.within = self.units.known.names
        self.found: FoundTable = find_table(sample, record, lexicon)
        inferred = infer_columns(self.found, record, lexicon, self.units)
        self.sheets = sheets_alike(sample, inferred.taken)
        labels = labels_for_unit(record, sample, self.sheets, self.units) if tree.children(unit) else []
        self.inferred: Inferred = take_labels(inferred, labels, self.sheets)
        self.constant_unit = fill_unit(record, self.inferred, unit, not tree.children(unit))
        self.constant_unit |= fill_period(record, self.inferred, self.found, sample.path)
        self.lexicon = lexicon

    @property
    def places(self) -> dict[str, str]:
        """The lowest units that fixtures may name: a few whose names nobody else bears."""
        lowest = [code for code in self.within if not self.tree.children(code)]
        borne = Counter(self.within.values())
        return {code: self.within[code] for code in lowest if borne[self.within[code]] == 1}


def known_words() -> "Lexicon":
    """The packaged lexicon, with the record types and code lists that plugin packages bring."""
    from tiersync.config.lexicon import packaged_lexicon
    from tiersync.plugins.hooks import code_lists

    return packaged_lexicon(code_lists())


def look(folder: Path, file: str, record: str | None, unit: str | None, source: "Mapping[str, JsonValue]") -> Seen:
    """What a sample holds, seen by this node's tree of units. `source` are the settings of one that is no file."""
    with _begun(folder, file, source) as heard:  # A worker reads it, while this process loads what it needs next.
        from tiersync.cli.terminal.opening import open_node
        from tiersync.config.indicator_lexicon import with_indicators
        from tiersync.model.records.record import RECORDS
        from tiersync.plugins.drafting.filled_rows import refuse_blank
        from tiersync.plugins.drafting.found_table import most_likely_record
        from tiersync.views.catalogues import newest_catalogue

        node = open_node(folder)
        catalogue = newest_catalogue(node)
        words, tree = with_indicators(known_words(), catalogue), catalogue.tree
        sample = heard()
    chosen = record or most_likely_record(sample, words)
    if chosen not in RECORDS:
        raise UnknownName(what="record type", name=chosen, hint=f"There are: {', '.join(RECORDS)}")
    seen = Seen(sample, chosen, tree[unit or node.home].code, tree, words)
    refuse_blank(seen.found, sample.path.name)
    return seen


def _begun(
    folder: Path, file: str, source: "Mapping[str, JsonValue]"
) -> "AbstractContextManager[Callable[[], Sample]]":
    """A sample that is being read from now on. Raises NoNode."""
    from tiersync.host.opening import bounds_of, settings_of
    from tiersync.plugins.drafting.samples.sample_apart import sample_apart

    bounds = bounds_of(settings_of(folder))
    return nullcontext(partial(asked_for, folder, source)) if source else sample_apart(Path(file), bounds)


def source_of(file: str, sources: tuple[str, ...]) -> "dict[str, JsonValue]":
    """The settings of a source that is no file: --from is an address or the name of a secret that holds it, --source
    gives the others. Nothing for a file."""
    settings: dict[str, JsonValue] = {name: _setting(value) for name, value in map(pair_of, sources)}
    if file.startswith(("http://", "https://")):
        return {"url": file, **settings}
    if file.startswith(SQLITE) and not file.startswith(f"{SQLITE}/"):  # Whoever types it means a file from here.
        file = f"{SQLITE}{Path(file.removeprefix(SQLITE)).resolve()}"
    if file.startswith(("secret:", "sqlite:", "postgres")):
        return {"dsn": _setting(file), **settings}
    return {}


def _setting(text: str) -> "JsonValue":
    """A setting as it is written in plugin.toml."""
    if text.startswith("secret:"):
        return {"secret": text.removeprefix("secret:")}
    if text in ("true", "false"):
        return text == "true"
    return int(text) if text.isdigit() and len(text) < 10 else text


def asked_for(folder: Path, source: "Mapping[str, JsonValue]") -> "Sample":
    """The first rows of a database's table or of a web service."""

    from tiersync.host.opening import secrets_of
    from tiersync.plugins.drafting.samples.sample_asked import ask_sample
    from tiersync.plugins.folder.manifest import Plugin
    from tiersync.plugins.folder.secret import names_of_secrets, with_secrets
    from tiersync.plugins.folder.stream import Source, Stream

    kind = "http" if "url" in source else "sql"
    probe = Stream.model_construct(
        record="senior", name="sample", key=("id",), source=Source(kind=kind, options=dict(source)), map={}
    )
    plugin = Plugin.model_construct(
        id="sample", name="", version="", api=1, unit="", streams=(probe,), folder=folder.resolve(), digest=""
    )
    find = secrets_of(folder)
    filled = with_secrets(plugin, {name: find(name) for name in names_of_secrets(plugin)})
    return ask_sample(plugin, filled.streams[0].source.options)
