"""Writing the city's files: rows of any office go into the file of the folder that holds them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

import polars as pl

from tiersync.example.offices.habits import Habits
from tiersync.example.offices.plugin import INBOX, folder_of, write_plugin
from tiersync.example.offices.words import HEADERS, TITLES, Spelling
from tiersync.example.offices.workbook import ExampleTable, write_workbook
from tiersync.example.people.names import SURNAMES, WOMEN
from tiersync.example.plan.chance import drawn, one_of
from tiersync.example.plan.manifest import Folder
from tiersync.example.plan.places import Places

OF_COMMUNITIES = ("senior", "association")  # What nobody but a community keeps.


class Files:
    """The files of all folders; each is begun afresh by the first rows that go into it.

    A workbook is written at the end, when all its rows are known.
    """

    def __init__(
        self, root: Path, folders: Mapping[str, str], habits: Mapping[str, Habits], spelling: Spelling
    ) -> None:
        self.root = root
        self.folders = folders
        self.habits = habits
        self.spelling = spelling
        self.rows: dict[str, dict[str, int]] = defaultdict(dict)
        self.workbooks: dict[tuple[str, str], list[pl.DataFrame]] = defaultdict(list)
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
        habits, begun = self.habits[unit], record in self.rows[unit]
        dressed = habits.dress(record, part, self.spelling.words[record])
        self.rows[unit][record] = self.rows[unit].get(record, 0) + part.height
        if habits.kind == "excel":
            self.workbooks[unit, record].append(dressed)
            return
        with self._place(unit, record).open("ab" if begun else "wb") as file:
            if habits.encoding == "gb18030":
                file.write(dressed.write_csv(include_header=not begun).encode(habits.encoding))
            else:
                is_marked = habits.encoding == "utf-8-sig" and not begun
                dressed.write_csv(file, include_header=not begun, include_bom=is_marked)

    def _place(self, unit: str, record: str) -> Path:
        return self.root / folder_of(unit) / INBOX / self.habits[unit].file_of(record)

    def close(self, places: Places) -> Iterator[Folder]:
        """Write files of nothing but headers where an office has no rows, the workbooks, and every plugin.toml."""
        of_communities = {self.folders[code] for code in places.communities}
        for unit in sorted(set(self.folders.values())):
            kept = [record for record in HEADERS if record not in OF_COMMUNITIES or unit in of_communities]
            for record in kept:
                if record not in self.rows[unit]:
                    self._append(unit, record, self.spelling.headings(record))
            rows = {record: self.rows[unit][record] for record in kept}
            write_plugin(self.root / folder_of(unit), places.tree[unit], rows, self.habits[unit], self.spelling)
            yield Folder(unit=unit, folder=folder_of(unit), rows=rows)
        for number, ((unit, record), parts) in enumerate(sorted(self.workbooks.items())):
            title = f"{places.tree[unit].name}{TITLES[record]}表"
            write_workbook(self._place(unit, record), ExampleTable(title, pl.concat(parts), _clerk(number)))


def _clerk(number: int) -> str:
    """Whoever filled in the workbook of this number."""
    drawn_number = drawn(pl.lit(number), 0, "clerk")
    return str(pl.select(pl.concat_str(one_of(SURNAMES, drawn_number), one_of(WOMEN, drawn_number // 100))).item())
