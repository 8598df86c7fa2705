"""What a service for many offices costs: one parent of a thousand, two processes over one database, many nodes at once.

Each measure is a module of its own beside this file; `--only` names one. `--quick` plays it smaller, to see that it
works, and its figures are not those of docs/PERFORMANCE.md.
"""

import argparse
from collections.abc import Callable

import killed_serving
import many_children
import many_nodes
import notice_down
import province
import stored
import two_serving
from measure import Line, show

MEASURES: dict[str, Callable[..., list[Line]]] = {
    "nodes": many_nodes.measure,
    "notice": notice_down.measure,
    "children": many_children.measure,
    "two": two_serving.measure,
    "killed": killed_serving.measure,
    "stored": stored.measure,
    "province": province.measure,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=list(MEASURES), action="append", help="one measure; may be said again")
    parser.add_argument("--quick", action="store_true", help="a small run that shows that everything works")
    parser.add_argument("--json", action="store_true", help="print one JSON object a measure")
    options = parser.parse_args()
    for name in options.only or MEASURES:
        show(f"service: {name}", MEASURES[name](is_quick=options.quick), as_json=options.json)


if __name__ == "__main__":
    main()
