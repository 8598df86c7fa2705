"""What is for Windows was not tried there: it says so, and can at least be read."""

import ast
import re

import pytest

from tests.deploy.tools import DEPLOY

SERVICE = (DEPLOY / "windows" / "tiersync_service.py").read_text("utf-8")
README = (DEPLOY / "windows" / "README.md").read_text("utf-8")


def test_the_service_is_python_that_asks_the_registry_for_what_the_read_me_writes_there() -> None:
    tree = ast.parse(SERVICE, feature_version=(3, 11))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    assert any("GetServiceCustomOption" in ast.unparse(call.func) for call in calls)
    [asked] = re.findall(r"for name in \((.*?)\)", SERVICE)
    written = re.findall(r"reg add HKLM\\SYSTEM\\CurrentControlSet\\Services\\tiersync\\Parameters /v (\w+)", README)
    assert {name.strip(' "') for name in asked.split(",")} == set(written)


@pytest.mark.parametrize("text", [SERVICE, README, (DEPLOY / "offline" / "install.ps1").read_text("utf-8")])
def test_it_says_that_it_was_not_tried(text: str) -> None:
    assert re.search("not tried on Windows", text)
