"""What tiersync itself brings: source kinds, exporters, a notifier. All come through the same door as any package's."""

from collections.abc import Iterable
from importlib import import_module

from tiersync.plugins.hookspecs import Alarm, Exporter, Notifier, SourceKind
from tiersync.plugins.kinds.http import settings as http_settings
from tiersync.plugins.kinds.sql.settings import OPTIONS


def tiersync_source_kinds() -> Iterable[SourceKind]:
    """Text tables, workbooks, databases, web services, and functions of a plugin's own."""
    yield SourceKind(name="csv", reader="tiersync.plugins.kinds.file_source:read", reads_files=True)
    yield SourceKind(name="excel", reader="tiersync.plugins.kinds.file_source:read", reads_files=True)
    yield SourceKind(
        name="sql",
        reader="tiersync.plugins.kinds.sql.source:read",
        options=OPTIONS,
        check="tiersync.plugins.kinds.sql.settings:check",
    )
    yield SourceKind(
        name="http",
        reader="tiersync.plugins.kinds.http.source:read",
        options=http_settings.OPTIONS,
        check="tiersync.plugins.kinds.http.settings:check",
    )
    yield SourceKind(
        name="python",
        reader="tiersync.plugins.kinds.python_source:read",
        options=frozenset({"token", "password", "dsn", "settings"}),
    )


def tiersync_notifiers() -> Iterable[Notifier]:
    """WeCom, DingTalk, e-mail and whatever else Apprise knows."""
    yield Notifier(name="apprise", tell=notify_by_apprise)


def tiersync_exporters() -> Iterable[Exporter]:
    """CSV and workbooks for people, JSON for programs."""
    yield Exporter(name="csv", suffix=".csv", write="tiersync.plugins.exporters.csv_exporter:write")
    yield Exporter(name="xlsx", suffix=".xlsx", write="tiersync.plugins.exporters.excel_exporter:write")
    yield Exporter(name="json", suffix=".json", write="tiersync.plugins.exporters.json_exporter:write")


def notify_by_apprise(alarm: Alarm, addresses: tuple[str, ...]) -> None:
    """Apprise is imported when there is somebody to tell."""
    import_module("tiersync.plugins.exporters.apprise_notifier").tell(alarm, addresses)
