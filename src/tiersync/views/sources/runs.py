"""How reading the sources went: counts, reasons, and what an office should know beside them."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tiersync.flow.node import Node
from tiersync.model.text import EMPTY, Text
from tiersync.store.runs.quarantine import RunDone, latest_runs
from tiersync.views.reasons import row_reason
from tiersync.views.table import Shown, Table, table
from tiersync.views.words import word

HEADS = Text("数据流,结果,读取,有效,被拒,需核对", "stream,outcome,read,valid,refused,flagged")
FAILED = ("failed", "crashed")


def runs_of(node: Node) -> list[RunDone]:
    """Each stream's latest run that was not left out because nothing had changed."""
    with node.store.read() as db:
        return latest_runs(db)


def run_objects(runs: Iterable[RunDone]) -> list[dict[str, Any]]:
    """Runs for programs."""
    return [run._asdict() | {"detail": detail_of(run)} for run in runs]


def runs_table(runs: Iterable[RunDone]) -> Table:
    return table(Text("数据流", "Streams"), HEADS, map(_row, runs))


def streams_table(runs: Iterable[RunDone], held: Mapping[str, int]) -> Table:
    """The same, with how many records of each stream are held."""
    heads = Text(f"{HEADS.zh},现有", f"{HEADS.en},held")
    return table(Text("数据流", "Streams"), heads, ((*_row(run), held.get(run.stream, 0)) for run in runs))


def _row(run: RunDone) -> tuple[Shown, ...]:
    refused, flagged = sum(run.refused.values()), sum(run.flagged.values())
    return (run.stream, word(run.outcome), run.read, run.valid, refused, flagged)


def reasons_table(title: Text, counted: Iterable[Mapping[str, int]]) -> Table:
    """Every reason once, with its number of rows and in words."""
    total = sum((Counter(counts) for counts in counted), Counter[str]())
    return table(
        title,
        Text("原因代码,行数,说明", "reason,rows,in words"),
        ((reason, count, row_reason(reason)) for reason, count in sorted(total.items())),
    )


def detail_of(run: RunDone) -> dict[str, Any]:
    """What a source held beside its rows or, of a run that failed, why in both languages."""
    detail: dict[str, Any] = json.loads(run.detail or "{}")
    return detail


def remarks(runs: Iterable[RunDone]) -> Iterator[Text]:
    """What an office should know of its sources beside counts: why one failed, what was left out of another."""
    for run in runs:
        said = detail_of(run)
        failed = Text(said.get("zh") or "", said.get("en") or "")
        for text in (failed, *left_out(said), in_doubt(run)):
            if any(text):
                yield Text(f"{run.stream}：{text.zh}", f"{run.stream}: {text.en}")


def remarks_on_well(runs: Iterable[RunDone]) -> Iterator[Text]:
    """The same of the runs that did not fail."""
    return remarks(run for run in runs if run.outcome not in FAILED)


def in_doubt(run: RunDone) -> Text:
    """How many keys stand in rows that contradict each other."""
    if not (unlike := run.flagged.get("unlike")):
        return EMPTY
    return Text(
        f"有 {unlike} 个主键对应内容不同的多行，取最后一行：请看 tiersync finding list",
        f"{unlike} keys stand in rows that differ, and the last of each counts: see tiersync finding list",
    )


def left_out(said: Mapping[str, Any]) -> Iterator[Text]:
    """What of a source was read and not used."""
    if unknown := "、".join(said.get("unknown", ())):
        yield Text(f"未使用的列：{unknown}", f"no field takes these columns: {unknown}")
    if overlong := said.get("overlong"):
        yield Text(f"有 {overlong} 行的单元格多于表头", f"{overlong} rows are longer than the header row")
    yield from _read_otherwise(said)
    if repeated := said.get("repeated"):
        yield Text(
            f"有 {repeated} 行与同一主键的另一行内容相同，只计一次",
            f"{repeated} rows say what another row of the same key says, and are counted once",
        )
    for older, newer in said.get("replaced", {}).items():
        yield Text(
            f"{older} 与 {newer} 大多相同，是较早的一版：{newer} 所列单位以新版为准",
            f"{older} lists mostly the same as {newer}, an older version of it, and does not count for its units",
        )
    if parts := said.get("parts"):
        yield Text(f"{parts} 个文件是同一名册的几部分，一并计入", f"{parts} files are parts of one list, and all count")
    yield from map(_summed, said.get("sums", ()))
    if superseded := said.get("superseded"):
        yield Text(
            f"有 {superseded} 行更正不再计入：数据源或之后的工作簿中已有相同主键",
            f"{superseded} corrected rows count no more: their source, or a later workbook, has their key",
        )
    if sheets := "、".join(f"{sheet['file']} {sheet['sheet']}" for sheet in said.get("skipped", ())):
        yield Text(f"没有所需表头的工作表：{sheets}", f"sheets without the headers: {sheets}")


def _read_otherwise(said: Mapping[str, Any]) -> Iterator[Text]:
    """What was not taken as it stood."""
    if cleaned := said.get("cleaned"):
        yield Text(
            f"有 {cleaned} 个证件号码去掉其中的空格、横线等字符后采用",
            f"{cleaned} identity numbers are taken without the spaces or other signs among their digits",
        )
    if said.get("since_1904"):
        yield Text(
            "其中的日期是从1904年起算的天数（与身份证号比对得出），已按此换算",
            "its dates are numbers of days since 1904, as the identity numbers beside them show, and are read so",
        )
    if filled := said.get("filled_down"):
        yield Text(
            f"有 {filled} 个单位栏为合并单元格或写“〃”，按上方单元格读取",
            f"{filled} cells of units that are merged, or hold 〃, are read as the cell above says",
        )


def _summed(row: Mapping[str, Any]) -> Text:
    """What a row of sums says beside what was read; amounts travel in hundredths."""
    place = f"{row['file']} {row.get('sheet', '')}".strip()
    said, read = row["said"], row["read"]
    if name := row.get("column", ""):
        said, read = (f"{int(number) / 100:.2f}".removesuffix(".00") for number in (said, read))
        counted = Text(f"“{name}”逐行相加为 {read}", f"{name} adds up to {read}")
    else:
        counted = Text(f"读到 {read} 行", f"{read} rows were read")
    agrees = Text("，一致", "; they agree") if said == read else Text("，请核对", "; please look")
    return Text(
        f"{place} 第 {row['row']} 行：合计 {said}，{counted.zh}{agrees.zh}",
        f"{place}, row {row['row']}: the sum row says {said}, {counted.en}{agrees.en}",
    )


def refused_remarks(runs: Iterable[RunDone]) -> Iterator[Text]:
    """A sentence for each stream of which rows were refused."""
    for run in runs:
        if refused := sum(run.refused.values()):
            yield Text(
                f"{run.stream}：{run.read} 行中有 {refused} 行被拒：请看 tiersync quarantine list。",
                f"{run.stream}: {refused} of {run.read} rows were refused: see tiersync quarantine list.",
            )
