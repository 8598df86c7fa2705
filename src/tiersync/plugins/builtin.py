"""The source kinds that tiersync brings along. They come through the same door as any package's."""

from collections.abc import Iterable

from tiersync.plugins.hookspecs import SourceKind


def tiersync_source_kinds() -> Iterable[SourceKind]:
    """Text tables and workbooks."""
    yield SourceKind(name="csv", reader="tiersync.plugins.csv_source:read", reads_files=True)
    yield SourceKind(name="excel", reader="tiersync.plugins.excel_source:read", reads_files=True)
