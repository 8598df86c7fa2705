"""The workbench: a plugin's fixtures read the real way, as they are and changed in small ways, in a scratch folder."""

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import NamedTuple, Protocol

import polars as pl

from tiersync.errors import BadPlugin, BadSource, TiersyncError, WorkerFailed
from tiersync.model.records.field import CheckContext
from tiersync.model.unit import Nameable
from tiersync.plugins.drafting.fixtures import ANSWER
from tiersync.plugins.drafting.found_table import FoundTable
from tiersync.plugins.drafting.samples.sample import read_sample
from tiersync.plugins.folder.bounds import USUAL, WorkerLimits
from tiersync.plugins.folder.manifest import Plugin
from tiersync.plugins.folder.stream import Stream
from tiersync.plugins.folder.trust import own_files
from tiersync.plugins.hooks import source_kind
from tiersync.plugins.kinds.http.pages import at_path
from tiersync.plugins.kinds.http.source import flat
from tiersync.plugins.kit.tables import write_book, write_text
from tiersync.plugins.rows.header_rows import find_mapped
from tiersync.plugins.values.unit_names import UnitNames, names_of
from tiersync.plugins.worker.batches import Batch, batches
from tiersync.plugins.worker.pipe import StreamEnd
from tiersync.plugins.worker.workers import Workers
from tiersync.rules.rows.row_keys import WHOLE_ROW

FIXTURES = "fixtures"
EXPECTED = ".expected.csv"
FILES = "inbox"
DATABASE = "rows.sql"  # What makes a database with made-up rows, for SQLite too.
PLACE = "place_row"
MOST_ROWS = 100_000  # A function that yields without end is not followed.
FEW_ROWS = WorkerLimits(
    silence=5, overall=20, log=2**20
)  # A fixture is read in a moment, even where a worker starts slowly.

Edit = Callable[[list[list[str]]], list[list[str]]]
"""From the rows of a fixture's table, the header row first, to others."""


class Read(NamedTuple):
    """What reading brought: the mapped rows as text, and the stream's end; or why it could not be read."""

    rows: pl.DataFrame
    end: StreamEnd
    refused: TiersyncError | None = None


class Ran(NamedTuple):
    """What the real way from a source to cells made of a folder: rows valid and refused by reason, whether a snapshot
    is current and how many records it holds, everything that was said, the files that were written, and the plugins
    whose workers failed."""

    outcome: str
    valid: int
    refused: Mapping[str, int]
    published: bool
    held: int
    said: str
    written: Path


def leave_alone(time: int) -> None:
    """A source that nobody changes between two runs."""


class PluginPlay(NamedTuple):
    """How a plugin is played: so many times over, `before` each of which, told by its number from 0, the source may be
    changed; and within these bounds."""

    times: int = 1
    before: Callable[[int], None] = leave_alone
    bounds: WorkerLimits = USUAL


class RealWay(Protocol):
    """The real way from a source to cells, as whoever knows nodes and stores hands it to the kit."""

    workers: Workers

    def play(self, plugin: Plugin, how: PluginPlay) -> list[Ran]:
        """Play a plugin's folder in a node of its own; a result each time."""


class Bench:
    """One plugin on the bench; `scratch` is a folder that is thrown away."""

    def __init__(self, plugin: Plugin, context: CheckContext, units: Nameable, scratch: Path, real_way: RealWay):
        self.plugin = plugin
        self.context = context
        self.units = units
        self.scratch = scratch
        self.run = real_way.play
        self.workers = real_way.workers
        self._first: dict[str, Read] = {}
        self._twice: dict[str, list[Ran]] = {}

    @cached_property
    def names(self) -> UnitNames:
        """How the units may be spelled, found out once for the hundred changed files that are read."""
        return names_of(self.units, self.plugin.spellings)

    @property
    def database(self) -> Path:
        """The file that stands in the place of a database."""
        return self.scratch / "fixture.db"

    def made_up(self, stream: Stream) -> Path | None:
        """What holds the made-up rows of a stream: a file in the source's own shape, or a folder of them."""
        fixtures = self.plugin.folder / FIXTURES
        if named := {"sql": DATABASE, "python": FILES, "http": f"{stream.name}.json"}.get(stream.source.kind):
            return fixtures / named if (fixtures / named).exists() else None
        found = sorted(fixtures.glob(f"{stream.name}.[!e]*"))
        return next((path for path in found if not path.name.endswith(EXPECTED)), None)

    def fixture(self, stream: Stream) -> Path | None:
        """The made-up rows as a file: as they are, or of a database, a service or a function its answer as a table."""
        made_up = self.made_up(stream)
        match stream.source.kind:
            case _ if made_up is None:
                return None
            case "sql":
                return self._answer_of(stream)
            case "python":
                return self._answer_apart(stream)
            case "http":
                return self._items_of(stream, made_up)
        return made_up

    def expected(self, stream: Stream) -> pl.DataFrame | None:
        """What the fixture must become: mapped fields as text, and the row in which each stands."""
        path = self.plugin.folder / FIXTURES / f"{stream.name}{EXPECTED}"
        return pl.read_csv(path, infer_schema=False) if path.is_file() else None

    def table(self, stream: Stream) -> FoundTable:
        """The fixture's table, with the rows in which its headers stand."""
        fixture = self.fixture(stream)
        assert fixture is not None
        tables = [FoundTable(table, find_mapped(table.rows, stream.map)) for table in read_sample(fixture).tables]
        return max(tables, key=lambda found: found.rows.shown)

    def _answer_of(self, stream: Stream) -> Path:
        answer = self.scratch / f"{stream.name}.csv"
        if not answer.exists():
            batches_of = batches(real := self.real(stream), real.stream(stream.name), self.names)
            pl.concat([batch.raw for batch in batches_of if isinstance(batch, Batch)]).write_csv(answer)
        return answer

    def _answer_apart(self, stream: Stream) -> Path:
        """What a function of the plugin yields from the files in its fixtures: it runs in a worker, never here."""
        answer = self.scratch / f"{stream.name}.csv"
        if not answer.exists():
            place = self.real(stream)
            with self.workers.open(place, self.units, FEW_ROWS) as worker:
                reading = worker.read(place.stream(stream.name))
                pl.concat([batch.raw(list(range(batch.rows.height))) for batch in reading]).write_csv(answer)
        return answer

    def _items_of(self, stream: Stream, answer: Path) -> Path:
        """The items of a service's answer, made flat as the reader of services makes them."""
        table = self.scratch / f"{stream.name}.csv"
        spoken = json.loads(answer.read_bytes(), parse_int=str, parse_float=str)
        items = at_path(spoken, str(stream.source.options.get("items", "")))
        pl.from_dicts([flat(item) for item in items], infer_schema_length=None).write_csv(table)
        return table

    def real(self, stream: Stream) -> Plugin:
        """The plugin with its fixture in the place of its source: a file in its inbox, or a database in a file."""
        if stream.source.kind == "python":
            folder = self._bare("python")
            shutil.copytree(folder / FIXTURES / FILES, folder / FILES, dirs_exist_ok=True)
            return self.plugin.model_copy(update={"folder": folder})
        if stream.source.kind != "sql":
            return self.placed(self.plugin, stream, self.fixture(stream) or self.scratch)
        file = self.database
        file.unlink(missing_ok=True)
        script = (self.plugin.folder / FIXTURES / DATABASE).read_text(encoding="utf-8")
        with closing(sqlite3.connect(file)) as database:
            database.executescript(script)
            answers = database.execute("SELECT count(*) FROM sqlite_master WHERE name = ?", (ANSWER,)).fetchone()[0]
        options = stream.source.options | {"dsn": f"sqlite:///{file}"}
        if "query" in options and answers:
            options = {name: value for name, value in options.items() if name != "query"} | {"table": ANSWER}
        changed = with_source(self.plugin, stream, {"options": options})
        return changed.model_copy(update={"folder": self._bare("database")})

    def _bare(self, name: str) -> Path:
        """A copy of the plugin's folder in which nobody lives: without its inbox, and without what its streams read."""
        folder = self.scratch / name
        shutil.rmtree(folder, ignore_errors=True)
        for file, path in own_files(self.plugin):
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, folder / file)
        return folder

    def first_read(self, stream: Stream) -> Read:
        """What came of the first time that the fixture was read in a worker."""
        if stream.name not in self._first:
            self._first[stream.name] = self.read_apart(stream)
        return self._first[stream.name]

    def played_twice(self, stream: Stream) -> list[Ran]:
        """What came of two runs over the fixture that nobody changes between them; what the node wrote is kept."""
        if stream.name not in self._twice:
            placed = self.real(stream)
            ran = self.run(placed.model_copy(update={"streams": (placed.stream(stream.name),)}), PluginPlay(2))
            written = ran[0].written.rename(self.scratch / f"{stream.name}-twice")
            self._twice[stream.name] = [one._replace(written=written) for one in ran]
        return self._twice[stream.name]

    def read_apart(self, stream: Stream) -> Read:
        """Read the fixture in a worker of its own, as a node does."""
        place = self.real(stream)
        try:
            with self.workers.open(place, self.units, FEW_ROWS) as worker:
                frames = list(_first_rows(batch.rows for batch in worker.read(place.stream(stream.name))))
                return Read(_one(frames), worker.ended)
        except (BadSource, BadPlugin, WorkerFailed) as refused:
            return Read(pl.DataFrame(), StreamEnd(), refused)

    def read(self, stream: Stream, file: Path, plugin: Plugin | None = None) -> Read:
        """Read one file with a plugin, this one or a changed one, by the same steps in this process: a hundred changed
        files are read while one worker starts. Only our own readers are called so."""
        place = self.placed(plugin or self.plugin, stream, file)
        try:
            *read, end = batches(place, place.stream(stream.name), self.names)
        except BadSource as refused:
            return Read(pl.DataFrame(), StreamEnd(), refused)
        assert isinstance(end, StreamEnd)
        return Read(_one([pl.read_ipc_stream(BytesIO(batch.rows)) for batch in read if isinstance(batch, Batch)]), end)

    def placed(self, plugin: Plugin, stream: Stream, file: Path) -> Plugin:
        """The plugin in the scratch folder with nothing in its inbox but this file."""
        folder = self._bare("plugin")
        (folder / "inbox").mkdir()
        shutil.copyfile(file, folder / "inbox" / file.name)
        kind = source_kind(stream.source.kind)
        reads_files = kind is not None and kind.reads_files
        how = {} if reads_files else {"kind": "csv", "options": {}}  # Of a database or an API: its answer, as a table.
        changed = with_source(plugin, stream, {"path": f"inbox/{file.name}", **how})
        return changed.model_copy(update={"folder": folder})

    def edited(self, stream: Stream, edit: Edit, encoding: str = "", numbers: Sequence[str] = ()) -> Path:
        """The fixture with its table changed, in its own shape, but with its headers in one row; cells under `numbers`
        are written as numbers."""
        fixture, found = self.fixture(stream), self.table(stream)
        assert fixture is not None
        width = len(found.headers)
        rows = [[*(cell or "" for cell in row), *[""] * (width - len(row))] for row in found.table.rows]
        rows = [found.headers, *rows[found.rows.last + 1 :]]
        titles = [[cell or "" for cell in row] for row in found.titles]
        table = [*titles, *edit(rows)]
        is_book = fixture.suffix.startswith(".xls")
        name = f"edited{fixture.name.removeprefix(stream.name)}"  # with what it says beside its kind
        path = (self.scratch / name).with_suffix(".xlsx" if is_book else fixture.suffix)
        if is_book:
            write_book(path, found.table.sheet, table, len(titles), numbers)
        else:
            write_text(path, table, found.table.separator, encoding or found.table.encoding or "utf-8")
        return path


def with_source(plugin: Plugin, stream: Stream, changed: Mapping[str, object]) -> Plugin:
    """A plugin with the source of one stream changed."""
    source = stream.source.model_copy(update=dict(changed))
    streams = [one.model_copy(update={"source": source}) if one.name == stream.name else one for one in plugin.streams]
    return plugin.model_copy(update={"streams": tuple(streams)})


def _first_rows(frames: Iterable[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """The frames up to the one that makes them too many rows."""
    rows = 0
    for frame in frames:
        yield frame
        rows += frame.height
        if rows > MOST_ROWS:
            return


def _one(frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Batches one after another, all as text: each has the Enums of the words that occur in it. What marks whole rows
    is left out: of a row with a cell more it is another."""
    marked = (frame.drop(WHOLE_ROW, strict=False).cast({pl.Enum: pl.String}) for frame in frames)
    return pl.concat(marked) if frames else pl.DataFrame()
