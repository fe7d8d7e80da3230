# Sourced by script/test: finds a Chromium for the browser tests, or installs one.

# Set FACTCHECK_CHROMIUM to the first browser that starts; Ubuntu has stubs that do not.
find_browser() {
  for browser in chromium chromium-browser google-chrome google-chrome-stable; do
    if "$browser" --version >/dev/null 2>&1; then
      FACTCHECK_CHROMIUM=$(command -v "$browser")
      return
    fi
  done
  return 1
}

install_with_apt() {
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
  echo 'Installing Chromium and fonts with apt ...'
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq && apt-get install -qq --yes --no-install-recommends \
    chromium fonts-noto-cjk fonts-noto-color-emoji >/dev/null
}

install_with_playwright() {
  echo "Installing Playwright's Chromium ..."
  .venv/bin/python -m playwright install chromium || return 1
  FACTCHECK_CHROMIUM=$(.venv/bin/python -c '
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)')
  "$FACTCHECK_CHROMIUM" --version >/dev/null 2>&1
}

get_browser() {
  if [ -n "${FACTCHECK_CHROMIUM-}" ]; then
    "$FACTCHECK_CHROMIUM" --version >/dev/null 2>&1 ||
      fail "FACTCHECK_CHROMIUM is $FACTCHECK_CHROMIUM, which does not start."
  else
    find_browser || { install_with_apt && find_browser; } || install_with_playwright ||
      fail "No Chromium for the browser tests: run 'apt install chromium' as root, set" \
        'FACTCHECK_CHROMIUM to one, or leave these tests out with script/test --fast.'
  fi
  export FACTCHECK_CHROMIUM
}
