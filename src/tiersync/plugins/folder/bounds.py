"""How far a plugin's worker may go before its run is ended."""

from typing import NamedTuple


class WorkerLimits(NamedTuple):
    """What a worker may take: seconds of silence and in all, bytes of memory, of one frame and of its log."""

    silence: float = 60
    overall: float = 3600
    memory: int = 4 * 2**30  # address space; polars alone reserves more than one of them
    frame: int = 256 * 2**20
    log: int = 16 * 2**20


USUAL = WorkerLimits()
