"""Checks that play a plugin in a node of its own: limits, a second run, and what is said of people."""

from collections.abc import Iterator
from pathlib import Path

from tiersync.plugins.kit.bench import Bench, Ran
from tiersync.plugins.kit.check import Check, Problem
from tiersync.plugins.kit.sound import with_expected

DIRTY = 60  # rows of nonsense: more than any sound share
PRIVATE = ("id_number", "name", "phone", "address")
SHORTEST = 6  # characters: a shorter value may stand anywhere by accident


def a_second_run_brings_nothing_new(bench: Bench) -> Iterator[Problem]:
    for stream, expected in with_expected(bench):
        placed = bench.real(stream)
        first, second = bench.run(placed.model_copy(update={"streams": (placed.stream(stream.name),)}), 2)
        if first.outcome != "published" or first.valid + sum(first.refused.values()) != expected.height:
            yield Problem(f"{stream.name}: {first.outcome}, {first.valid} rows count of {expected.height}",
                          f"{stream.name}：{first.outcome}，{expected.height} 行中 {first.valid} 行有效")  # fmt: skip
        elif second.outcome != "unchanged" and (second.valid, second.refused) != (first.valid, first.refused):
            yield Problem(f"{stream.name}: a second run brings other rows", f"{stream.name}：第二次运行结果不同")


def a_dirty_file_is_not_believed(bench: Bench) -> Iterator[Problem]:
    for stream, _ in with_expected(bench):

        def edit(rows: list[list[str]]) -> list[list[str]]:
            nonsense = [f"乱{at}" for at in range(len(rows[0]))]
            return [*rows, *([nonsense] * DIRTY)]

        placed = bench.placed(bench.plugin, stream, bench.edited(stream, edit))
        (ran,) = bench.run(placed.model_copy(update={"streams": (placed.stream(stream.name),)}), 1)
        if ran.published:
            yield Problem(f"{stream.name}: {DIRTY} rows of nonsense are let pass, the others count",
                          f"{stream.name}：{DIRTY} 行乱码未触发限度，其余行被计入")  # fmt: skip


def nobody_is_named(bench: Bench) -> Iterator[Problem]:
    for stream, expected in with_expected(bench):
        placed = bench.real(stream)
        (ran,) = bench.run(placed.model_copy(update={"streams": (placed.stream(stream.name),)}), 1)
        for name in PRIVATE:
            if name not in expected.columns:
                continue
            values = [value for value in expected[name].drop_nulls() if len(value) >= SHORTEST]
            if place := found_in(values, ran):
                yield Problem(
                    f"{stream.name}.{name}: a value stands in {place}", f"{stream.name}.{name}：{place} 中出现原值"
                )


def found_in(values: list[str], ran: Ran) -> str:
    """Where one of the values stands: in what was said, or in a file that the node wrote."""
    needles = [value.encode() for value in values]
    if any(needle in ran.said.encode() for needle in needles):
        return "the messages"
    for path in sorted(Path(ran.written).rglob("*")):
        if path.is_file() and "plugins" not in path.parts and any(needle in path.read_bytes() for needle in needles):
            return path.name
    return ""


CHECKS = (
    Check(
        "second_run",
        ("what did not change must not be counted again", "没有变化就不应重复计数"),
        ("see fixtures_as_expected first", "先看 fixtures_as_expected"),
        a_second_run_brings_nothing_new,
    ),
    Check(
        "limits",
        ("a file full of nonsense must stop the run, not half of it", "满是乱码的文件应整体作废"),
        ("leave [stream.limits] near its defaults", "[stream.limits] 应接近默认值"),
        a_dirty_file_is_not_believed,
    ),
    Check(
        "nobody_named",
        ("no name, number, phone or address may leave the quarantine", "姓名、号码、电话、地址不得离开隔离区"),
        (
            "map such values to their own fields, never to a code or an id",
            "这类值只能映射到各自的字段，不可用作编号或代码",
        ),
        nobody_is_named,
    ),
)
