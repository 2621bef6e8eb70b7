#!/bin/sh
# Installs what the browser tests need and pip cannot bring: Chromium, and a Chinese font for it to draw cards with.
# Does so as root on a system with apt-get. Elsewhere it says what is missing, and the tests decide: they skip on
# somebody's own machine and fail in CI (tests/conftest.py).
set -u

missing=""
command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 ||
    command -v google-chrome >/dev/null 2>&1 || missing="chromium"
[ -n "$(fc-list :lang=zh-cn family 2>/dev/null)" ] || missing="$missing fontconfig fonts-noto-cjk"
[ -z "$missing" ] && exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing for the browser tests: $missing ..."
    export DEBIAN_FRONTEND=noninteractive
    # shellcheck disable=SC2086  # one word a package
    { apt-get -qq update && apt-get -qq install --yes --no-install-recommends $missing; } >/dev/null && exit 0
    echo "That did not work; the browser tests will say so."
else
    echo "The browser tests need these packages, which are missing: $missing"
fi
exit 0
