"""A store of its own for each node of a story: the tables are made once, by the migrations, and copied."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from tiersync.store.database import Store, open_store
from tiersync.store.private import private_file


def new_store(folder: Path) -> Store:
    """The store of a node that has just been founded or has just joined."""
    private_file(folder / "node.db")
    (folder / "node.db").write_bytes(empty_tables())
    return open_store(folder)


@cache
def empty_tables() -> bytes:
    """A database with the newest tables and nothing in them."""
    with TemporaryDirectory() as name:
        open_store(Path(name)).close()
        assert [path.name for path in Path(name).iterdir()] == ["node.db"]
        return (Path(name) / "node.db").read_bytes()
