#!/bin/sh
# system-packages.sh PACKAGE... - installs the Debian or Ubuntu packages that are missing, or says how to.
missing=
for package in "$@"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
done
[ -z "$missing" ] && exit 0
if ! command -v apt-get >/dev/null; then
  echo "These packages are needed, under the names that Debian gives them:$missing" >&2
  exit 1
fi
as_root=
if [ "$(id -u)" != 0 ]; then
  if sudo -n true 2>/dev/null; then
    as_root="sudo -n"
  else
    printf 'Some system packages are missing. Type this, then try again:\n\n  sudo apt-get install%s\n\n' "$missing" >&2
    exit 1
  fi
fi
echo "Installing$missing"
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086
$as_root apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends $missing >/dev/null 2>&1 ||
  { $as_root apt-get -o DPkg::Lock::Timeout=300 update -qq && $as_root apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends $missing >/dev/null; }
