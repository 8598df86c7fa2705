"""What the documents list is what the code holds."""

import re
from pathlib import Path

import click
import pytest

from tests.source_tree import ARROWS
from tiersync.cli.main import tiersync
from tiersync.link.life import LIVES

ROOT = Path(__file__).parents[1]
ARCHITECTURE = (ROOT / "docs" / "ARCHITECTURE.md").read_text(encoding="utf-8")


def table_rows(text: str, first: str) -> list[list[str]]:
    """The rows of the markdown table whose first heading is `first`, headings included."""
    table = re.search(rf"^\| {re.escape(first)} .*?(?=\n\n)", text, flags=re.M | re.S)
    assert table
    lines = [line for line in table.group().splitlines() if not line.startswith("|--")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_the_table_of_arrows_in_the_document_is_the_one_that_is_tested() -> None:
    headings, *rows = table_rows(ARCHITECTURE, "may import →")
    written = {row[0]: {name for name, mark in zip(headings[1:], row[1:], strict=True) if mark} for row in rows}
    assert written == {package: allowed for package, allowed in ARROWS.items() if package != "__main__"}


def test_what_may_happen_in_the_document_is_what_the_tables_say() -> None:
    _, *rows = table_rows(ARCHITECTURE, "of")
    assert [tuple(row[1:]) for row in rows] == [step for life in LIVES for step in life.rows]
    assert [row[0] for row in rows if row[0]] == [life.name.en for life in LIVES]


def test_the_layout_in_the_document_names_every_package() -> None:
    layout = re.search(r"src/tiersync/\n(.*?)```", ARCHITECTURE, flags=re.S)
    assert layout
    named = set(re.findall(r"^  (\w+)(?:/|\.py) ", layout.group(1), flags=re.M))
    held = {path.stem for path in (ROOT / "src" / "tiersync").iterdir() if path.suffix in {"", ".py"}}
    assert named == {name for name in held if not name.startswith("__")}


def test_the_layout_in_the_document_names_every_room() -> None:
    source = ROOT / "src" / "tiersync"
    held = {
        folder.name for folder in source.glob("*/**/") if folder.parent != source and (folder / "__init__.py").exists()
    }
    layout = re.search(r"src/tiersync/\n(.*?)```", ARCHITECTURE, flags=re.S)
    assert layout
    assert held - {"migrations", "versions"} <= set(re.findall(r"(\w+)/", layout.group(1)))


def test_every_test_that_a_document_names_exists() -> None:
    written = {
        name for path in (ROOT / "docs").glob("*.md") for name in re.findall(r"`(test_\w+)`", path.read_text("utf-8"))
    }
    held = {
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"def (test_\w+)", path.read_text("utf-8"))
    }
    assert written - held == set()


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_every_make_target_that_a_readme_names_exists(name: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), flags=re.M))
    assert set(re.findall(r"make ([a-z]+)", (ROOT / name).read_text("utf-8"))) <= targets


@pytest.mark.parametrize("path", ["README.md", "README.zh.md", "docs/ARCHITECTURE.md", "docs/PERFORMANCE.md"])
def test_every_file_that_a_document_links_to_exists(path: str) -> None:
    document = ROOT / path
    links = re.findall(r"\]\(([^)#:]+)\)", document.read_text("utf-8"))
    assert [link for link in links if not (document.parent / link).exists()] == []


def spoken_commands(document: Path) -> set[tuple[str, ...]]:
    """Every `tiersync …` of a document: the words after it up to the first argument or option."""
    lines = re.findall(r"^tiersync .*$|`tiersync [^`]*`", document.read_text("utf-8"), flags=re.M)
    return {tuple(re.match(r"tiersync((?: [a-z][a-z-]*)*)", line.strip("`")).group(1).split()) for line in lines}


@pytest.mark.parametrize("name", ["README.md", "README.zh.md", "docs/ARCHITECTURE.md"])
def test_every_command_that_a_document_names_exists(name: str) -> None:
    for words in spoken_commands(ROOT / name):
        command: click.Command = tiersync
        for word in words:
            if not isinstance(command, click.Group):
                break  # The rest are its arguments.
            found = command.get_command(click.Context(command), word)
            assert found is not None, f"there is no tiersync {' '.join(words)}"
            command = found
        assert not isinstance(command, click.Group), f"tiersync {' '.join(words)} needs one more word"
