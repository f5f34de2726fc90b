#!/usr/bin/env bash
# The whole suite. First on the embedded default (SQLite, broker in a folder); then the flows once more on
# PostgreSQL and on Redis or RabbitMQ where they are at hand. What is not at hand is said aloud.
set -uo pipefail
cd "$(dirname "$0")/.."
PY=.venv/bin/python
# Each test process computes on one thread: threads of several that wait for each other take four times as long.
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1
# A file's tests stay together: some start a whole studio once for all of them.
SIDE_BY_SIDE="-n auto --maxprocesses 4 --dist loadfile"

browser() { command -v chromium || command -v chromium-browser || command -v google-chrome; }
japanese() { find /usr/share/fonts /usr/local/share/fonts -name 'ipaexg.ttf' 2>/dev/null | grep -q .; }
if ! browser >/dev/null || ! japanese; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "Installing Debian's chromium and Japanese fonts for the browser and PDF tests …"
        apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
            chromium fonts-noto-cjk fonts-ipaexfont-gothic >/dev/null
    elif ! browser >/dev/null; then
        echo "The browser tests need Chromium: install the package 'chromium' (Debian: apt-get install chromium)."
        exit 1
    fi
fi

status=0
services=$($PY -m tests.services)
echo "$services"

postgres=$(echo "$services" | sed -n 's/^postgres=//p')
if [ -n "$postgres" ]; then
    echo "== The flows on PostgreSQL =="
    SAKKAN_DATABASE_URL="$postgres" $PY -m pytest -q $SIDE_BY_SIDE tests/flows tests/qa/services tests/assets/services -m "not browser and not broker" || status=1
else
    echo "SKIPPED: the flows on PostgreSQL (no server at hand, no binaries to start one)."
fi

echo "== Real workers on real brokers =="
$PY -m pytest -q -m broker || status=1

echo "== Everything else on the embedded default =="
$PY -m pytest $SIDE_BY_SIDE -m "not broker" "$@" || status=1
exit $status
