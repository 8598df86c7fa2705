"""How many files and connections this process may have open at once."""

import sys

OTHERS = 256  # files for all else: the database, attachments, calls to the unit above

if sys.platform == "win32":

    def connections_for(wanted: int) -> int:
        """As many connections as are wanted: Windows sets no such bound."""
        return wanted

else:
    import resource

    def connections_for(wanted: int) -> int:
        """How many of the wanted connections this process may have, its own bound raised as far as it is allowed to."""
        own, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        needed = wanted + OTHERS
        if own != resource.RLIM_INFINITY and own < needed:
            own = needed if most == resource.RLIM_INFINITY else min(needed, most)
            resource.setrlimit(resource.RLIMIT_NOFILE, (own, most))
        return wanted if own == resource.RLIM_INFINITY else max(1, min(wanted, own - OTHERS))
