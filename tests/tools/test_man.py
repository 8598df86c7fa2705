"""The manual pages say what the commands say, and roff has nothing to say of them."""

import re
from pathlib import Path

import pytest

from tests.deploy.tools import ROOT, program, said
from tiersync.cli.main import COMMANDS
from tools.man import PAGES, printed, spelled


@pytest.mark.parametrize("lang", PAGES)
def test_a_manual_page_is_what_the_commands_say(lang: str) -> None:
    """When this fails: python -m tools.man"""
    assert (ROOT / "docs" / PAGES[lang]).read_bytes() == printed(lang)


def shown(path: Path) -> str:
    """A page as a terminal shows it, without warnings, without bold."""
    groff = program("groff", "groff-base")
    text = said(groff, "-ww", "-man", "-Kutf8", "-Tutf8", "-P-c", path, env={"LC_ALL": "C.UTF-8", "PATH": "/usr/bin"})
    assert not re.search(r"^troff|warning", text, flags=re.M), text
    return re.sub(".\b", "", text)


@pytest.mark.parametrize("lang", PAGES)
def test_roff_shows_every_command_without_a_warning(lang: str) -> None:
    text = shown(ROOT / "docs" / PAGES[lang])
    assert [name for name in COMMANDS if f"tiersync {name}" not in text] == []
    assert {"en": "Serve children", "zh": "为下级提供服务"}[lang] in text
    assert max(map(len, text.splitlines())) < 130


def test_words_that_would_be_requests_are_none(tmp_path: Path) -> None:
    page = tmp_path / "odd.1"
    said_so = [".so passwd", "'br", "a\\fB--dir\\n", 'the "word"']
    page.write_text(".TH ODD 1\n.SH ODD\n" + "\n.PP\n".join(map(spelled, said_so)) + "\n", encoding="utf-8")
    text = shown(page)
    assert [one for one in said_so if one not in text] == []
