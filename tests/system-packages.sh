#!/bin/sh
# Installs what tests need and pip cannot bring: Chromium with a Chinese font to draw cards, a library that the browser's
# driver is linked to, Node with XState and SCION to run exported machines. Does so as root on a system with apt-get.
# Elsewhere it says what is missing, and the tests decide: they skip on somebody's own machine and fail in CI
# (tests/conftest.py).
set -u

missing=""
command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 ||
    command -v google-chrome >/dev/null 2>&1 || missing="chromium"
[ -n "$(fc-list :lang=zh-cn family 2>/dev/null)" ] || missing="$missing fontconfig fonts-noto-cjk"
[ "$(uname)" != Linux ] || ls /lib*/libatomic.so.1 /usr/lib*/libatomic.so.1 /usr/lib/*/libatomic.so.1 2>/dev/null |
    grep -q . || missing="$missing libatomic1"
command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1 || missing="$missing nodejs npm"

if [ -n "$missing" ]; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        echo "Installing for the tests: $missing ..."
        export DEBIAN_FRONTEND=noninteractive
        # shellcheck disable=SC2086  # one word a package
        { apt-get -qq update && apt-get -qq install --yes --no-install-recommends $missing; } >/dev/null ||
            echo "That did not work; the tests will say so."
    else
        echo "Some tests need these packages, which are missing: $missing"
    fi
fi

cd "$(dirname "$0")/node" || exit 0
if { [ ! -d node_modules/xstate ] || [ ! -d node_modules/@scion-scxml/scxml ]; } && command -v npm >/dev/null 2>&1; then
    echo "Installing XState and SCION for the tests ..."
    npm install --silent --no-audit --no-fund --no-package-lock >/dev/null 2>&1 ||
        echo "That did not work; the tests will say so."
fi
exit 0
