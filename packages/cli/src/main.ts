#!/usr/bin/env node
// Every Node can read this module, so that one which is too old says so. It imports nothing before it has looked.
const NEEDED = 24
const { node: version } = process.versions

if (Number(version.split(".")[0]) >= NEEDED) {
  await import("./internal/start.ts")
} else {
  process.stderr.write(
    `Heddle needs Node ${NEEDED} or newer, and this is Node ${version} (${process.execPath})\n` +
      `  → Install a newer Node, from https://nodejs.org or with your version manager, and run the command again\n`
  )
  process.exitCode = 2
}
