"""Reads the source tree with ast and says, one sentence each, where it breaks the rules of the architecture."""

import ast
import re
from collections.abc import Callable, Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import NamedTuple

# Who may import whom. `errors` imports nothing; nothing imports `cli`; the package's own first file stands outside.
INNER = {"errors", "model", "rules", "link", "plugins", "store", "flow"}
ARROWS = {
    "errors": set(),
    "model": {"errors"},
    "rules": {"errors", "model"},
    "link": {"errors", "model"},
    "plugins": {"errors", "model", "rules"},
    "config": {"errors", "model"},
    "store": {"errors", "model", "link"},
    "flow": INNER - {"flow"},
    "web": {"errors", "model", "link", "store"},
    "example": {"errors", "model", "config"},
    "drill": {"errors", "model", "rules", "link", "config", "store", "flow", "views", "example"},
    "views": INNER,
    "host": INNER | {"web", "config", "views"},
    "demo": INNER | {"web", "config", "views", "host", "example"},
    "cli": INNER | {"web", "config", "views", "host", "example", "drill", "demo"},
    "__main__": {"cli"},
}
# One library, one home; what is not listed (pydantic, polars) may be imported anywhere.
HOMES = {
    "sqlalchemy": {"plugins", "store"},  # the sources that are databases; and the node's own
    "alembic": {"store"},
    "httpx": {"plugins", "web"},  # the sources that are web services; and the links
    "fastapi": {"web"},
    "starlette": {"web"},
    "uvicorn": {"web"},
    "jinja2": {"web"},
    "pluggy": {"plugins"},
    "click": {"cli"},
    "rich": {"cli"},
    "joserfc": {"link"},
    "cryptography": {"link", "store"},  # seals; and the locks of quarantine and backups, which need randomness
    "zstandard": {"link", "store"},  # bodies of envelopes; and backups
    "stamina": {"plugins"},
    "fastexcel": {"plugins"},
    "xlsxwriter": {"example", "cli", "plugins", "views"},
    "polars_hash": {"rules"},
    "cronsim": {"rules"},
    "prometheus_client": {"views"},
}
PURE = {"model", "rules", "link"}
READS_THE_CLOCK = {"flow", "host", "cli"}
PRINTS = {"cli"}
IMPORTS_LATE = {
    "host",
    "cli",
    "__init__",
}  # the package's first file offers plugin authors `source` without loading the doors
LATE_LIBRARIES = {("store", "alembic")}  # only a node whose tables are behind pays for loading the migrations
DOES_IO = {"os", "pathlib", "shutil", "tempfile", "sqlite3", "logging", "time", "random", "secrets"} | {
    "socket", "http", "urllib.request", "subprocess", "threading", "multiprocessing", "asyncio"
}  # fmt: skip
IO_CALLS = {"open", "print", "input"}
IO_METHODS = {"open", "read_text", "read_bytes", "write_text", "write_bytes", "mkdir", "unlink", "touch", "urandom"}
IO_FRAMES = ("read_", "scan_", "sink_", "write_")  # polars reads and writes files by these
VAGUE = {"utils", "util", "helpers", "helper", "common", "base", "manager", "handler", "processor", "misc"}
SAYING, CHINESE = ("say", "heads", "Text"), re.compile("[\u4e00-\u9fff]")
LONGEST = 300
LONGEST_FUNCTION = 50  # lines
MOST_IN_A_ROOM, MOST_NOUNS = 14, 24  # modules; the nouns of `model` are read as a list
ONE_PAGE = {"errors", "store.tables"}  # Messages, and tables, are read as one list, however long it grows.


class Module(NamedTuple):
    """One file of the source tree, parsed."""

    name: str  # dotted, without the leading "tiersync."
    path: Path
    tree: ast.Module
    nodes: tuple[ast.AST, ...]  # as `ast.walk` finds them, which takes longer than to look at them

    @property
    def package(self) -> str:
        return self.name.split(".")[0]

    def at(self, node: ast.AST) -> str:
        return f"{self.name}:{getattr(node, 'lineno', 0)}"


@cache
def modules(root: Path) -> list[Module]:
    """Every module under `root`, the folder named tiersync, read once."""
    return [_module(root, path) for path in sorted(root.rglob("*.py"))]


def _module(root: Path, path: Path) -> Module:
    parts = path.relative_to(root).with_suffix("").parts
    name = ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)
    tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
    return Module(name, path, tree, tuple(ast.walk(tree)))


def imports(module: Module) -> Iterator[tuple[ast.stmt, str]]:
    """Each imported name, dotted from the top, with the statement that imports it."""
    for node in module.nodes:
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            origin = _origin(module, node)
            yield from ((node, f"{origin}.{alias.name}") for alias in node.names)


def _origin(module: Module, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    package = ["tiersync", *module.name.split(".")]
    if module.path.name == "__init__.py":
        package.append("__init__")
    return ".".join([*package[: -node.level], *([node.module] if node.module else [])])


def broken_arrows(module: Module) -> Iterator[str]:
    """Imports of our own packages that the table of arrows does not allow."""
    allowed = ARROWS.get(module.package, set()) | {module.package}
    for node, name in imports(module):
        target = name.split(".")[1] if name.startswith("tiersync.") else ""
        if module.package != "__init__" and target in ARROWS and target not in allowed:
            yield f"{module.at(node)} imports {target}: {module.package} may not"


def unknown_packages(module: Module) -> Iterator[str]:
    """Packages that the table of arrows does not name."""
    if module.package not in ARROWS and module.package != "__init__":
        yield f"{module.name} belongs to no package of the table"


def strayed_libraries(module: Module) -> Iterator[str]:
    """Libraries that are imported away from their home."""
    for node, name in imports(module):
        library = name.split(".")[0]
        if module.package not in HOMES.get(library, {module.package}):
            yield f"{module.at(node)} imports {library}, whose home is {' and '.join(sorted(HOMES[library]))}"


def clock_readings(module: Module) -> Iterator[str]:
    """Places that look at the clock where time should come in as an argument."""
    if module.package not in READS_THE_CLOCK:
        found = (node for node in module.nodes if _reads_the_clock(node))
        yield from (f"{module.at(node)} reads the clock" for node in found)
        yield from (f"{module.at(node)} reads the clock" for node, name in imports(module) if name == "time.time")


def transactions_at_the_terminal(module: Module) -> Iterator[str]:
    """Commands that open a transaction: a question is a view's, an act is a flow's."""
    if module.package == "cli":
        opened = (node for node in ast.walk(module.tree) if isinstance(node, ast.Call) and _opens_transaction(node))
        yield from (f"{module.at(node)} opens a transaction" for node in opened)


def _opens_transaction(call: ast.Call) -> bool:
    return re.fullmatch(r".*\bstore\.(read|write|write_link)", ast.unparse(call.func)) is not None


def _reads_the_clock(node: ast.AST) -> bool:
    if isinstance(node, ast.Attribute):
        return ast.unparse(node) in {"time.time", "time.time_ns", "time.localtime"}
    return isinstance(node, ast.Call) and _attribute(node.func) in {"now", "utcnow", "today"}


def impurities(module: Module) -> Iterator[str]:
    """Input and output where everything should come in as an argument."""
    if module.package not in PURE:
        return
    for node, name in imports(module):
        if name in DOES_IO or name.split(".")[0] in DOES_IO or name.rpartition(".")[0] in DOES_IO:
            yield f"{module.at(node)} imports {name}, which does I/O"
    for node in module.nodes:
        if isinstance(node, ast.Call) and _does_io(node.func):
            yield f"{module.at(node)} calls {ast.unparse(node.func)}, which does I/O"


def _does_io(func: ast.expr) -> bool:
    attribute = _attribute(func)
    by_name = isinstance(func, ast.Name) and func.id in IO_CALLS
    return by_name or attribute in IO_METHODS or attribute.startswith(IO_FRAMES)


def late_imports(module: Module) -> Iterator[str]:
    """Imports inside functions, which hide an arrow or dodge a cycle."""
    inside = {id(node): function.name for function in _functions(module) for node in ast.walk(function)}
    for node, name in imports(module):
        allowed = module.package in IMPORTS_LATE or (module.package, name.split(".")[0]) in LATE_LIBRARIES
        if id(node) in inside and not allowed:
            yield f"{module.at(node)} imports {name} inside {inside[id(node)]}"


def _functions(module: Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in module.nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def prints(module: Module) -> Iterator[str]:
    """Places other than the commands that print."""
    for node in module.nodes:
        if module.package not in PRINTS and isinstance(node, ast.Call) and ast.unparse(node.func) == "print":
            yield f"{module.at(node)} prints"


def long_modules(module: Module) -> Iterator[str]:
    """Modules that should be two."""
    lines = len(module.path.read_text(encoding="utf-8").splitlines())
    if lines > LONGEST and module.name not in ONE_PAGE:
        yield f"{module.name} has {lines} lines, more than {LONGEST}"


def long_functions(module: Module) -> Iterator[str]:
    """Functions that nobody reads in one look."""
    functions = () if ".migrations." in module.name else module.nodes  # Those list tables, and never change.
    for node in functions:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > LONGEST_FUNCTION:
                yield f"{module.at(node)} {node.name} has {lines} lines, more than {LONGEST_FUNCTION}"


def texts_in_the_wrong_order(module: Module) -> Iterator[str]:
    """Pairs of which the English stands first."""
    for node in module.nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SAYING:
            said = [_written_in(one) for one in node.args[:2]]
            if len(said) == 2 and said[0] and not CHINESE.search(said[0]) and CHINESE.search(said[1]):
                yield f"{module.at(node)} says English before Chinese"


def _written_in(node: ast.AST) -> str:
    """What stands in a text, whatever is filled in."""
    parts = [one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    return "".join(parts)


def crowded_rooms(module: Module) -> Iterator[str]:
    """Rooms of which nobody sees at a glance what is in them; a room's first file speaks for it."""
    if module.path.name == "__init__.py":
        most = MOST_NOUNS if module.path.parent.name == "model" else MOST_IN_A_ROOM
        there = [path for path in module.path.parent.glob("*.py") if path.name != "__init__.py"]
        if len(there) > most:
            yield f"{module.path.parent.name} has {len(there)} modules, more than {most}"


def vague_names(module: Module) -> Iterator[str]:
    """Modules whose name says nothing."""
    vague = VAGUE & set(module.name.replace("_", ".").split("."))
    yield from (f"{module.name} is named {word}" for word in sorted(vague))


def tier_switches(module: Module) -> Iterator[str]:
    """Comparisons of a tier with a constant: the tiers are one program, and the catalogue says what differs."""
    for node in module.nodes:
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            if any(_is_tier(side) for side in sides) and any(_is_constant(side) for side in sides):
                yield f"{module.at(node)} switches on the tier: {ast.unparse(node)}"
        elif isinstance(node, ast.Match) and _is_tier(node.subject):
            yield f"{module.at(node)} switches on the tier: match {ast.unparse(node.subject)}"


def _is_tier(node: ast.expr) -> bool:
    named = node.id if isinstance(node, ast.Name) else _attribute(node)
    return named.split("_")[-1] == "tier"


def _is_constant(node: ast.expr) -> bool:
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        return any(_is_constant(item) for item in node.elts)
    return isinstance(node, ast.Constant) and node.value is not None


def _attribute(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else ""


def missing_first_lines(module: Module) -> Iterator[str]:
    """Modules that do not say in a first line what they are."""
    text = module.path.read_text(encoding="utf-8").strip()
    if text and not ast.get_docstring(module.tree):
        yield f"{module.name} has no first line that says what it is"


def cycles(root: Path) -> list[str]:
    """The first ring of modules that import each other, if there is one."""
    known = {module.name: module for module in modules(root)}
    graph = {name: set(_imported_modules(module, known)) - {name} for name, module in known.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return ["modules import each other: " + " -> ".join(reversed(error.args[1]))]
    return []


def named_twice(root: Path) -> list[str]:
    """Classes of which the whole house has more than one: one name is one thing."""
    places: dict[str, list[str]] = {}
    for module in modules(root):
        for node in module.tree.body:
            if isinstance(node, ast.ClassDef):
                places.setdefault(node.name, []).append(module.name)
    return [f"{name} is a class of {' and of '.join(of)}" for name, of in sorted(places.items()) if len(of) > 1]


def _imported_modules(module: Module, known: dict[str, Module]) -> Iterator[str]:
    for _, name in imports(module):
        inner = name.removeprefix("tiersync.")
        if inner != name:
            yield from [inner] if inner in known else [inner.rpartition(".")[0]] if "." in inner else []


RULES: list[Callable[[Module], Iterator[str]]] = [
    broken_arrows,
    unknown_packages,
    strayed_libraries,
    clock_readings,
    transactions_at_the_terminal,
    impurities,
    late_imports,
    prints,
    long_modules,
    long_functions,
    texts_in_the_wrong_order,
    crowded_rooms,
    vague_names,
    tier_switches,
    missing_first_lines,
]


def violations(root: Path) -> list[str]:
    """Every place under `root` that breaks a rule."""
    of_modules = [said for module in modules(root) for rule in RULES for said in rule(module)]
    return of_modules + cycles(root) + named_twice(root)
