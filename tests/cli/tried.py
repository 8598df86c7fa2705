"""A drafted plugin put to the test without what does not depend on its draft, which starts most of the processes."""

from collections.abc import Set
from pathlib import Path

from tiersync.cli.commands.plugin.test import bench_of
from tiersync.plugins.kit.kit import GROUPS, examine

# They ask a kind of source and a node, whatever the draft says.
OF_READERS = frozenset({"memory_flat"})


def failed(office: Path, id_: str, without: Set[str] = OF_READERS) -> set[str]:
    """The checks that a drafted plugin fails, of all that its draft can fail; `plugin test` plays the others, too."""
    groups = tuple(tuple(check for check in group if check.name not in without) for group in GROUPS)
    with bench_of(office, id_) as bench:
        results = list(examine(bench, groups))
    assert all(result.tried for result in results) or any(result.problems for result in results)
    return {result.check.name for result in results if result.problems}
