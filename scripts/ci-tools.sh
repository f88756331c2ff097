#!/usr/bin/env bash
# Installs strace if possible. The fault test for power loss uses it.
# Never fails: without strace, that test is skipped and says why.
set -u
command -v strace >/dev/null && exit 0
if ! command -v apt-get >/dev/null; then
  echo "ci-tools: no strace, and no apt-get to install it with"
  exit 0
fi
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if ! sudo -n true 2>/dev/null; then
    echo "ci-tools: no strace, and this user may not install it"
    exit 0
  fi
  as_root=(sudo -n)
fi
install() {
  timeout 120 "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -qq -y --no-install-recommends -o DPkg::Lock::Timeout=60 strace >/dev/null 2>&1
}
# The package lists of a small image are missing or old.
install || { timeout 120 "${as_root[@]}" apt-get update -qq >/dev/null 2>&1; install; } ||
  echo "ci-tools: strace could not be installed"
exit 0
