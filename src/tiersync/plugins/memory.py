"""How much memory a worker may take."""

import sys

if sys.platform == "win32":

    def limit_memory(most: int) -> None:
        """Windows has no such limit for a process by itself; there the memory of the machine is the limit."""

else:
    import resource

    def limit_memory(most: int) -> None:
        """From now on this process cannot take more than `most` bytes of address space; 0 is no limit."""
        if most:
            resource.setrlimit(resource.RLIMIT_AS, (most, most))
