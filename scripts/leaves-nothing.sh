#!/usr/bin/env bash
# Runs a command with a temporary folder of its own, and fails if the command leaves something in it.
#
#     scripts/leaves-nothing.sh COMMAND...
set -euo pipefail

TMPDIR=$(mktemp -d)
export TMPDIR
trap 'rm -rf "$TMPDIR"' EXIT
# Some tests start programs as another user.
chmod 1777 "$TMPDIR"
"$@"
# Node's compile cache is meant to stay.
left=$(find "$TMPDIR" -mindepth 1 -maxdepth 1 ! -name node-compile-cache)
if [ -n "$left" ]; then
  echo "\"$*\" left these in the temporary folder:" >&2
  echo "$left" >&2
  exit 1
fi
