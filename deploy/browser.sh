#!/bin/sh
# browser.sh - a Chromium for the tests: Debian's package, or Playwright's own where the system has none but a snap.
command -v chromium >/dev/null && exit 0
. /etc/os-release
case "$ID" in
  debian) exec "$(dirname "$0")/system-packages.sh" chromium ;;
  *) exec .venv/bin/playwright install --with-deps chromium ;;
esac
