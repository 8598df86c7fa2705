#!/bin/sh
# Sets up what the benches compare with: .venv-bench for dlt and NATS, a folder of node modules for pouchdb-server.
# A peer that cannot be had here is said in one line and stands as such in the table; the benches go on without it.
cd "$(dirname "$0")/../.." || exit 1
missing=0

say_missing() {
  echo "$1 cannot be installed here ($2); its row will say so" >&2
  missing=1
}

[ -x .venv-bench/bin/python ] || "${PYTHON:-python3}" -m venv .venv-bench >&2 || exit 1
for peer in dlt nats; do
  .venv-bench/bin/python -m pip -qq --no-input --disable-pip-version-check install --no-deps --require-hashes \
    -r bench/peers/$peer.txt >&2 || say_missing "$peer" "see pip's message above"
done

# The Singer target pins libraries of its own, so it has an environment of its own.
{ [ -x .venv-singer/bin/python ] || "${PYTHON:-python3}" -m venv .venv-singer >&2; } &&
  .venv-singer/bin/python -m pip -qq --no-input --disable-pip-version-check install --no-deps --require-hashes \
    -r bench/peers/singer.txt >&2 || say_missing pipelinewise-target-postgres "see pip's message above"

if command -v npm >/dev/null; then
  (cd bench/peers && npm install --no-audit --no-fund --no-package-lock --loglevel=error >&2) || say_missing pouchdb-server "see npm's message above"
else
  say_missing pouchdb-server "npm is missing: apt-get install npm"
fi
[ $missing = 1 ] || touch .venv-bench/made.stamp
