"""A sample of a database's table or of a web service: its first rows, asked for as the readers ask."""

from collections.abc import Mapping
from itertools import islice
from pathlib import Path

from pydantic import JsonValue

from tiersync.plugins.drafting.samples.sample import MOST_ROWS, Row, Sample, TableSeen
from tiersync.plugins.folder.manifest import Plugin
from tiersync.plugins.folder.settings import bad_settings, usable_settings
from tiersync.plugins.kinds.http import settings as http_settings
from tiersync.plugins.kinds.http.pages import pages
from tiersync.plugins.kinds.http.settings import HttpSettings
from tiersync.plugins.kinds.http.source import flat
from tiersync.plugins.kinds.sql import settings as sql_settings
from tiersync.plugins.kinds.sql.database import open_database
from tiersync.plugins.kinds.sql.settings import SqlSettings
from tiersync.plugins.kinds.sql.source import columns_of, first_rows

CHECKS = {"sql": sql_settings.check, "http": http_settings.check}


def ask_sample(plugin: Plugin, options: Mapping[str, JsonValue]) -> Sample:
    """The first rows of what the only stream of `plugin` names, with `options` in which secrets stand in their place.

    Raises BadSource, also for settings that are not usable.
    """
    stream = plugin.streams[0]
    for wrong in CHECKS[stream.source.kind](stream):
        raise bad_settings(stream.source.kind, wrong)
    rows = _of_table(plugin, options) if stream.source.kind == "sql" else _of_service(options)
    return Sample(Path(stream.source.kind), stream.source.kind, [TableSeen("", rows)])


def _of_table(plugin: Plugin, options: Mapping[str, JsonValue]) -> list[Row]:
    settings = usable_settings(SqlSettings, options, "sql")
    with open_database(settings, plugin) as database:
        columns = columns_of(database, settings)
        frame = first_rows(database, settings, columns, MOST_ROWS)
    return [columns, *frame.rows()]


def _of_service(options: Mapping[str, JsonValue]) -> list[Row]:
    items: list[dict[str, str | None]] = []
    for page in pages(usable_settings(HttpSettings, options, "http")):
        items += [flat(item) for item in page.items]
        if len(items) >= MOST_ROWS:
            break
    names = list(dict.fromkeys(name for item in items for name in item))
    return [names, *([item.get(name) for name in names] for item in islice(items, MOST_ROWS))]
