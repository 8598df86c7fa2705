"""A running node whose disk fills up: first it reads no more, then it says so, and with room again nothing is lost."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.cli.offices import DISTRICT, change_setting, found_city, here, write_plugin
from tests.faults.daemons import Daemon, free_ports, schedule
from tests.faults.network import change, well
from tests.plugins.folders import senior
from tests.stories.test_full_disk import ALONE

DISK = f"""
mount -t tmpfs -o size=48m tmpfs here && cp -a district/. here || exit 99
exec {sys.executable} -m tests.faults.small_disk city here
"""


def test_a_disk_that_fills_up_under_a_running_node_loses_nothing(tmp_path: Path) -> None:
    city, district = tmp_path / "city", tmp_path / "district"
    [port] = free_ports(1)
    found_city(city, f"127.0.0.1:{port}")
    change_setting(city, "serve", "url", f"http://127.0.0.1:{port}")
    serving = Daemon(city, command="serve").wait_until_it_serves()
    token = well(here("invite", DISTRICT, "--dir", city, "--json")).json["token"]
    well(here("join", token, "--dir", district, "--listen", "127.0.0.1:0"))
    serving.end()
    change(district, "disk_floor_mb = 300", "disk_floor_mb = 16")
    schedule(district, push="1s", pull="1s")
    write_plugin(district, [senior(1)])
    (tmp_path / "here").mkdir()
    environment = {**ALONE, **{name: os.environ[name] for name in ("TIERSYNC_WORKERS",) if name in os.environ}}
    done = subprocess.run(
        ["unshare", "--map-root-user", "--mount", "sh", "-c", DISK], cwd=tmp_path, capture_output=True, text=True,
        env=environment, timeout=600,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "read on a disk that is nearly full": 0, "alive on a full disk": True, "differs": [[], [], []], "faults": 0,
    }  # fmt: skip
