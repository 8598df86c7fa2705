"""Checks of a worker's end: the plugin exits, hangs, floods its log or eats memory."""

from collections.abc import Callable, Iterator
from functools import partial

from tiersync.errors import WorkerFailed
from tiersync.model.text import Text
from tiersync.plugins.kit.bench import Bench
from tiersync.plugins.kit.check import Check, Problem
from tiersync.plugins.kit.sound import with_expected
from tiersync.plugins.worker.reading import WorkerFault


def its_worker_has_not(fault: WorkerFault, bench: Bench) -> Iterator[Problem]:
    """Whether the fixtures, read in a worker of their own, end it in this way."""
    for stream, _ in with_expected(bench):
        failed = bench.first_read(stream).refused
        if isinstance(failed, WorkerFailed) and failed.fields["fault"] is fault:
            yield Problem(f"{stream.name}：{failed.fields['why_zh']}", f"{stream.name}: {failed.fields['why_en']}")


def _check(name: str, why: Text, hint: Text, fault: WorkerFault) -> Check:
    look: Callable[[Bench], Iterator[Problem]] = partial(its_worker_has_not, fault)
    return Check(name, why, hint, look)


OWN = (
    _check(
        "worker_lives",
        Text("数据源若结束进程，就永远读不完", "a source that ends its process is never read to its end"),
        Text(
            "出错时抛出异常；不要调用 exit，也不要用会退出进程的库",
            "raise an error where something is wrong; call no exit, and no library that does",
        ),
        WorkerFault.ENDED,
    ),
    _check(
        "worker_answers",
        Text("数据源若停住，每次上报都要等它", "a source that hangs holds up every push"),
        Text(
            "凡有等待都要设时限，循环都要能结束",
            "give whatever is waited for a time limit, and let every loop end",
        ),
        WorkerFault.SILENT,
    ),
    _check(
        "log_small",
        Text("没完没了的日志会写满节点的磁盘", "a log without end fills the disk of the node"),
        Text("不要逐行打印", "print nothing for each row"),
        WorkerFault.FLOODED,
    ),
    _check(
        "memory_small",
        Text("几行数据就用尽内存，必有错误", "a few rows that take all memory are a mistake"),
        Text("读过的内容要放开；检查只增不减的循环", "let go of what was read; look for a loop that only ever adds"),
        WorkerFault.OUT_OF_MEMORY,
    ),
)
