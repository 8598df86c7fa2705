"""Writing the city's files: rows of any office go into the file of the folder that holds them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

import polars as pl

from tiersync.example.city.manifest import Folder
from tiersync.example.city.places import Places
from tiersync.example.city.plugin import INBOX, file_of, folder_of, write_plugin
from tiersync.example.city.words import HEADERS, Spelling

OF_COMMUNITIES = ("senior", "association")  # What nobody but a community keeps.


class Files:
    """The files of all folders; each is begun afresh by the first rows that go into it."""

    def __init__(self, root: Path, folders: Mapping[str, str], spelling: Spelling) -> None:
        self.root = root
        self.folders = folders
        self.spelling = spelling
        self.rows: dict[str, dict[str, int]] = defaultdict(dict)
        for unit in sorted(set(folders.values())):
            (root / folder_of(unit) / INBOX).mkdir(parents=True, exist_ok=True)

    def write(self, record: str, rows: pl.DataFrame) -> None:
        """Add rows, which name their `office`, to the files of their folders."""
        spelled = self.spelling.spell(record, rows)
        folder = pl.col("office").replace_strict(self.folders)
        parts = spelled.with_columns(office=folder).partition_by("office", as_dict=True, include_key=False)
        for (unit,), part in sorted(parts.items()):
            self._append(str(unit), record, part)

    def _append(self, unit: str, record: str, part: pl.DataFrame) -> None:
        begun = record in self.rows[unit]
        with (self.root / folder_of(unit) / file_of(record)).open("ab" if begun else "wb") as file:
            part.write_csv(file, include_header=not begun)
        self.rows[unit][record] = self.rows[unit].get(record, 0) + part.height

    def close(self, places: Places) -> Iterator[Folder]:
        """Write files of nothing but headers where an office has no rows, and every plugin.toml."""
        of_communities = {self.folders[code] for code in places.communities}
        for unit in sorted(set(self.folders.values())):
            kept = [record for record in HEADERS if record not in OF_COMMUNITIES or unit in of_communities]
            for record in kept:
                if record not in self.rows[unit]:
                    self._append(unit, record, self.spelling.headings(record))
            rows = {record: self.rows[unit][record] for record in kept}
            write_plugin(self.root / folder_of(unit), unit, places.tree[unit].name, rows, self.spelling)
            yield Folder(unit=unit, folder=folder_of(unit), rows=rows)
