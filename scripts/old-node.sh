#!/usr/bin/env bash
# Checks what the built command says on a Node that is too old: which Node it needs, and exit code 2.
set -euo pipefail
cd "$(dirname "$0")/.."

status=0
said=$(npx -y node@20 packages/cli/dist/main.js --help 2>&1) || status=$?
if [[ $status -ne 2 || $said != *"Heddle needs Node 24 or newer, but this is Node 20."* ]]; then
  echo "old-node: expected exit code 2 and the Node that Heddle needs, but the code is $status, and the command says:" >&2
  echo "$said" >&2
  exit 1
fi
echo "old-node: on Node 20 the command names the Node it needs and ends with exit code 2"
