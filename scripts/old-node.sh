#!/usr/bin/env bash
# Checks, on a Node that is too old, that the built command and the libraries say which Node they need (run `pnpm build`
# first). The old Node is installed once per machine, in a cache folder.
set -euo pipefail
cd "$(dirname "$0")/.."

cache="${XDG_CACHE_HOME:-$HOME/.cache}/heddle/node20"
old="$cache/node_modules/node/bin/node"
if [[ ! -x $old ]]; then
  mkdir -p "$cache"
  if ! log=$(npm install --prefix "$cache" --no-save --no-audit --no-fund node@20 2>&1); then
    echo "old-node: cannot install Node 20 from the npm registry $(npm config get registry) into $cache." >&2
    echo "  Check the network and the registry, then run the script again. npm says:" >&2
    echo "$log" >&2
    exit 1
  fi
fi

# expect <what runs> <expected exit code> <expected text> <arguments of node…>
expect() {
  local what=$1 code=$2 text=$3 status=0 said
  shift 3
  said=$("$old" "$@" 2>&1) || status=$?
  if [[ $status -ne $code || $said != *"$text"* ]]; then
    echo "old-node: expected exit code $code and \"$text\", but $what ends with exit code $status and says:" >&2
    echo "$said" >&2
    exit 1
  fi
}

expect "the command" 2 "Heddle needs Node 24 or newer, but this is Node 20." packages/cli/dist/main.js --help

# In the repository, packages export their sources. These hooks load the built modules instead.
hooks=$(mktemp -d)
trap 'rm -rf "$hooks"' EXIT
cat > "$hooks/resolve.mjs" <<'JS'
export const resolve = async (specifier, context, next) => {
  const found = await next(specifier, context)
  return { ...found, url: found.url.replace(/\/packages\/([^/]+)\/src\/(.*)\.ts$/, "/packages/$1/dist/$2.js") }
}
JS
cat > "$hooks/register.mjs" <<'JS'
import { register } from "node:module"
register("./resolve.mjs", import.meta.url)
JS
for package in storage-sqlite executor-multiprocess; do
  expect "an import of @heddle/$package" 1 "@heddle/$package needs Node 24 or newer, but this is Node 20." \
    --import "$hooks/register.mjs" "packages/$package/dist/index.js"
done
for package in heddle testing; do
  expect "an import of $package" 1 "needs Node 24 or newer, but this is Node 20." \
    --import "$hooks/register.mjs" "packages/$package/dist/index.js"
done
for package in config definitions engine events execution executor-in-process io-fs partitions storage; do
  expect "an import of @heddle/$package" 0 "" --import "$hooks/register.mjs" "packages/$package/dist/index.js"
done
echo "old-node: on Node 20 the command and the libraries name the Node that they need"
