#!/bin/sh
# 离线安装 tiersync，不访问网络 / Installs tiersync without a network:  sh install.sh [DIR]
# DIR 默认为 /usr/local/lib/tiersync；用 PYTHON=… 指定 Python 3.11 / the default; PYTHON=… names a Python 3.11
set -eu
target=${1:-/usr/local/lib/tiersync}
python=${PYTHON:-python3}
fail() { printf '%s\n' "$1" "$2" >&2; exit 1; }

case $target in /*) ;; *) target=$PWD/$target ;; esac
cd "$(dirname "$0")"
wanted=requirements/linux-$(uname -m).txt
[ -f "$wanted" ] || fail "本安装包不含 $(uname -m) 平台的文件。" "This bundle has nothing for $(uname -m)."
"$python" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null ||
  fail "需要 Python 3.11（可用 PYTHON=python3.11 指定）。" "Python 3.11 is needed (PYTHON=python3.11 names one)."
"$python" -c 'import ensurepip, venv' 2>/dev/null || fail "缺少 python3-venv。" "python3-venv is missing."
"$python" -c 'import os, sys
said = os.confstr("CS_GNU_LIBC_VERSION").split()[1]
sys.exit(tuple(map(int, said.split(".")[:2])) < (2, 28))' 2>/dev/null ||
  fail "需要 glibc 2.28 或更新版本。" "glibc 2.28 or newer is needed."
sha256sum --check --strict --quiet SHA256SUMS >&2 ||
  fail "文件与 SHA256SUMS 不符，安装包可能已损坏；未安装。" "Files are not those of SHA256SUMS: the bundle is damaged. Nothing was installed."

"$target/bin/python" -m pip --version >/dev/null 2>&1 || "$python" -m venv "$target"
# Nothing outside is asked, whatever the settings of this machine say.
pip() { PIP_CONFIG_FILE=/dev/null "$target/bin/python" -m pip -q --disable-pip-version-check install --no-index --no-deps "$@"; }
pip -f wheels --require-hashes -r "$wanted"
pip --force-reinstall wheels/tiersync-*.whl
printf '%s\n' "已安装：$target/bin/tiersync" "Installed: $target/bin/tiersync"
"$target/bin/tiersync" --version
