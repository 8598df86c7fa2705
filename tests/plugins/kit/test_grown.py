"""Fixtures are grown in the shape of their source: as many rows as are asked for, of other people where it tells."""

from pathlib import Path

import pytest

from tests.plugins.folders import one_frame
from tests.plugins.kit.test_broken import EXAMPLES
from tiersync.cli.commands.plugin.test import bench_of
from tiersync.model.identity import check_character
from tiersync.plugins.folder.manifest import load_plugin
from tiersync.plugins.kit.grown import another, growing
from tiersync.plugins.worker.reading import open_worker

STREAMS = [
    (folder.parent.name, stream.name)
    for folder in sorted(EXAMPLES.glob("*/plugin.toml"))
    for stream in load_plugin(folder.parent).streams
]
FIRST_LINE = {"tianqu_fixed_width": 1}  # The first line of a file could be its headers, so it is not repeated.


@pytest.mark.parametrize(("example", "name"), STREAMS)
def test_the_rows_are_there_as_often_as_they_were_asked_for(tmp_path: Path, example: str, name: str) -> None:
    once = FIRST_LINE.get(example, 0)
    with bench_of(tmp_path, str(EXAMPLES / example)) as bench:
        stream = bench.plugin.stream(name)
        expected = bench.expected(stream)
        assert expected is not None
        source = growing(bench, stream)
        with open_worker(source.plugin, bench.units) as worker:
            for times in (30, 3):
                source.grow(times)
                rows = one_frame(batch.rows for batch in worker.read(source.plugin.stream(name)))
                assert rows.height == (expected.height - once) * times + once
    assert set(rows["place_row"]) != {None}
    if once:
        assert rows["id_number"].n_unique() == rows.height


@pytest.mark.parametrize("at", [0, 1, 7, 900, 12_345])
def test_another_person_has_a_sound_number_of_no_region_and_the_same_day_of_birth(at: int) -> None:
    number = another("379901193102030018", at)
    assert number.startswith("3799")
    assert number[6:14] == "19310203"
    assert number[17] == check_character(number[:17])
    assert (number == "379901193102030018") is (at == 0)


@pytest.mark.parametrize(("key", "at", "becomes"), [
    ("FF2013020001", 41, "FF2013020042"), ("HL9999", 1, "HL0000"), ("no digits", 3, "no digits"),
])  # fmt: skip
def test_another_key_is_as_long(key: str, at: int, becomes: str) -> None:
    assert another(key, at) == becomes
