"""How much memory a worker may take, and how much it took."""

import sys
from pathlib import Path

if sys.platform == "win32":
    IS_LIMITED = False

    def limit_memory(most: int) -> None:
        """Windows has no such limit for a process by itself; there the memory of the machine is the limit."""

    def peak_memory() -> int:
        """Not known on Windows: 0."""
        return 0

else:
    import resource

    IS_LIMITED = True
    STATUS = Path("/proc/self/status")
    PEAK = "VmHWM:"
    UNIT = 1 if sys.platform == "darwin" else 1024

    def limit_memory(most: int) -> None:
        """From now on this process cannot take more than `most` bytes of address space; 0 is no limit."""
        if most:
            resource.setrlimit(resource.RLIMIT_AS, (most, most))

    def peak_memory() -> int:
        """The most memory that this process has held at once, in bytes."""
        if not STATUS.exists():
            return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * UNIT
        # Linux counts what the parent held when it started this process as if it were of the process itself.
        line = next((line for line in STATUS.read_text().splitlines() if line.startswith(PEAK)), f"{PEAK} 0 kB")
        return int(line.split()[1]) * 1024
