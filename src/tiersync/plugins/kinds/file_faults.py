"""What is said of a file whose reading ended the worker, or would not end."""

from collections.abc import Iterator
from contextlib import contextmanager

from tiersync.errors import BadSource, TiersyncError
from tiersync.plugins.kinds.books.book import damaged

TABLE_ALONE = {
    "turn_en": "Open it in Excel or WPS, save it as a new .xlsx file and put that in its place",
    "turn_zh": "请用 Excel 或 WPS 打开，另存为新的 .xlsx 文件替换原文件",
}


def takes_too_long(file: str, seconds: float) -> BadSource:
    """Of a file that was not read in time."""
    return BadSource(
        place=file,
        why_en=f"it was not read within {seconds:g} seconds",
        why_zh=f"{seconds:g} 秒内没有读完",
        **TABLE_ALONE,
    )


def breaks_its_reader(file: str) -> BadSource:
    """Of a file that cannot be read, be it that it is damaged or that it needs more memory than there may be."""
    return BadSource(
        place=file,
        why_en="it cannot be read: it is damaged, or too large for the memory that a worker may take",
        why_zh="无法读取：文件已损坏，或过大而超出内存限额",
        **TABLE_ALONE,
    )


@contextmanager
def blamed_on(file: str) -> Iterator[None]:
    """What a reader did not expect is the fault of the file that it reads; too little memory is judged elsewhere."""
    try:
        yield
    except (TiersyncError, OSError, MemoryError):
        raise
    except Exception:
        raise damaged(file) from None
