# Sourced by script/server and script/test in the project's folder: makes .venv and fills it.

fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

# Set $python to a Python that is new enough.
find_python() {
  for python in python3 python3.14 python3.13 python3.12 python3.11; do
    if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then return; fi
  done
  found=$(python3 -V 2>/dev/null) || found='no Python 3'
  fail "Factcheck needs Python 3.11 or later, and this machine has $found: install a newer one."
}

# Bring .venv up to requirements/$1.txt. A copy of the lock in .venv says what it holds.
install_requirements() {
  lock=requirements/$1.txt
  if ! .venv/bin/python -c 'import sys, pip._internal' 2>/dev/null; then
    make_venv
  elif cmp -s "$lock" ".venv/$1.txt"; then
    return
  fi
  echo "Installing $lock (the first time takes a minute or two) ..."
  # PostgreSQL, which runs as another user where we are root, must be able to read its programs.
  (umask 022 && .venv/bin/python -m pip install -qq --disable-pip-version-check \
    --require-hashes --requirement "$lock") || fail "pip could not install $lock; see above."
  cp "$lock" .venv/
  if [ "$1" = dev ]; then cp requirements/main.txt .venv/; fi # dev holds all of main
}

make_venv() {
  "$python" -c 'import ensurepip, venv' 2>/dev/null || {
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    fail "Python's venv module is missing: run 'apt install python$version-venv' as root, then try again."
  }
  echo 'Making .venv ...'
  (umask 022 && "$python" -m venv --clear .venv) || fail 'Python could not make .venv; see above.'
}
