#!/usr/bin/env bash
# Runs a command, and fails if the command leaves something in the temporary folder.
#
#     scripts/leaves-nothing.sh COMMAND...
set -euo pipefail

list() {
  # Node's compile cache is meant to stay.
  find "${TMPDIR:-/tmp}" -mindepth 1 -maxdepth 1 ! -name node-compile-cache | sort
}
before=$(list)
"$@"
left=$(comm -13 <(echo "$before") <(list))
if [ -n "$left" ]; then
  echo "\"$*\" left these in the temporary folder:" >&2
  echo "$left" >&2
  exit 1
fi
