#!/usr/bin/env node
// Every Node version must be able to run this module, so it checks the version before it imports anything.
const NEEDED = 24
const { node: version } = process.versions

if (Number(version.split(".")[0]) >= NEEDED) {
  await import("./internal/start.ts")
} else {
  process.stderr.write(
    `Heddle needs Node ${NEEDED} or newer, but this is Node ${version} (${process.execPath})\n` +
      `  → Install a newer Node from https://nodejs.org or with your version manager, then run the command again\n`
  )
  process.exitCode = 2
}
