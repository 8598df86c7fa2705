"""How reading the sources went, as `ingest` and `status` show it."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from tiersync.cli.terminal.output import print_section
from tiersync.cli.terminal.spoken import row_reason, spoken
from tiersync.cli.terminal.words import LANG, heads, say
from tiersync.model.hidden import escaped
from tiersync.model.text import Text

if TYPE_CHECKING:
    from tiersync.store.quarantine import RunDone

RUN_HEADS = heads("数据流,结果,读取,有效,被拒,需核对", "stream,outcome,read,valid,refused,flagged")


def run_row(run: "RunDone") -> tuple[object, ...]:
    refused, flagged = sum(run.refused.values()), sum(run.flagged.values())
    return (run.stream, spoken(run.outcome), run.read, run.valid, refused, flagged)


def print_reasons(title: str, counted: Iterable[Mapping[str, int]]) -> None:
    """Every reason once, with its number of rows and in words."""
    total = sum((Counter(counts) for counts in counted), Counter[str]())
    print_section(
        title,
        heads("原因代码,行数,说明", "reason,rows,in words"),
        [(reason, count, row_reason(reason)) for reason, count in sorted(total.items())],
    )


def as_objects(runs: "Iterable[RunDone]") -> list[dict[str, Any]]:
    """Runs as --json prints them."""
    return [run._asdict() | {"detail": detail_of(run)} for run in runs]


def detail_of(run: "RunDone") -> dict[str, Any]:
    """What a source held beside its rows or, of a run that failed, why in both languages."""
    detail: dict[str, Any] = json.loads(run.detail or "{}")
    return detail


def remarks(runs: "Iterable[RunDone]") -> Iterator[str]:
    """What an office should know of its sources beside counts: why one failed, what was left out of another."""
    for run in runs:
        told = detail_of(run)
        texts = (told.get(LANG), *left_out(told), in_doubt(run))
        yield from (escaped(f"{run.stream}: {text}") for text in texts if text)


def in_doubt(run: "RunDone") -> str:
    """How many keys stand in rows that contradict each other."""
    if not (unlike := run.flagged.get("unlike")):
        return ""
    return say(
        f"有 {unlike} 个主键对应内容不同的多行，取最后一行：请看 tiersync finding list",
        f"{unlike} keys stand in rows that differ, and the last of each counts: see tiersync finding list",
    )


def _summed(sum_: Mapping[str, Any]) -> str:
    """What a row of sums says beside what was read; amounts travel in hundredths."""
    place = f"{sum_['file']} {sum_.get('sheet', '')}".strip()
    said, read = sum_["said"], sum_["read"]
    if name := sum_.get("column", ""):
        said, read = (f"{int(number) / 100:.2f}".removesuffix(".00") for number in (said, read))
        counted = Text(f"“{name}”逐行相加为 {read}", f"{name} adds up to {read}")
    else:
        counted = Text(f"读到 {read} 行", f"{read} rows were read")
    agrees = Text("，一致", "; they agree") if said == read else Text("，请核对", "; please look")
    return say(
        f"{place} 第 {sum_['row']} 行：合计 {said}，{counted.zh}{agrees.zh}",
        f"{place}, row {sum_['row']}: the sum row says {said}, {counted.en}{agrees.en}",
    )


def left_out(told: Mapping[str, Any]) -> Iterator[str]:
    """What of a source was read and not used."""
    if unknown := "、".join(told.get("unknown", ())):
        yield say(f"未使用的列：{unknown}", f"no field takes these columns: {unknown}")
    if overlong := told.get("overlong"):
        yield say(f"有 {overlong} 行的单元格多于表头", f"{overlong} rows are longer than the header row")
    if cleaned := told.get("cleaned"):
        yield say(
            f"有 {cleaned} 个证件号码去掉其中的空格、横线等字符后采用",
            f"{cleaned} identity numbers are taken without the spaces or other signs among their digits",
        )
    if told.get("since_1904"):
        yield say(
            "其中的日期是从1904年起算的天数（与身份证号比对得出），已按此换算",
            "its dates are numbers of days since 1904, as the identity numbers beside them show, and are read so",
        )
    if filled := told.get("filled_down"):
        yield say(
            f"有 {filled} 个单位栏为合并单元格或写“〃”，按上方单元格读取",
            f"{filled} cells of units that are merged, or hold 〃, are read as the cell above says",
        )
    if repeated := told.get("repeated"):
        yield say(
            f"有 {repeated} 行与同一主键的另一行内容相同，只计一次",
            f"{repeated} rows say what another row of the same key says, and are counted once",
        )
    for older, newer in told.get("replaced", {}).items():
        yield say(
            f"{older} 与 {newer} 大多相同，是较早的一版：{newer} 所列单位以新版为准",
            f"{older} lists mostly the same as {newer}, an older version of it, and does not count for its units",
        )
    if parts := told.get("parts"):
        yield say(f"{parts} 个文件是同一名册的几部分，一并计入", f"{parts} files are parts of one list, and all count")
    yield from map(_summed, told.get("sums", ()))
    if superseded := told.get("superseded"):
        yield say(
            f"有 {superseded} 行更正不再计入：数据源或之后的工作簿中已有相同主键",
            f"{superseded} corrected rows count no more: their source, or a later workbook, has their key",
        )
    if sheets := "、".join(f"{sheet['file']} {sheet['sheet']}" for sheet in told.get("skipped", ())):
        yield say(f"没有所需表头的工作表：{sheets}", f"sheets without the headers: {sheets}")
