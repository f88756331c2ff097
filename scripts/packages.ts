// Checks every package as npm would get it: its manifest (publint) and its types (attw).
import { spawnSync } from "node:child_process"
import { globSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

const run = (command: string, ...args: Array<string>) => {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8" })
  if (status !== 0) throw new Error(`${[command, ...args].join(" ")}\n${stdout}${stderr}`)
}

const out = mkdtempSync(join(tmpdir(), "heddle-packages-"))
try {
  for (const directory of globSync("packages/*")) run("pnpm", "--dir", directory, "pack", "--pack-destination", out)
  const tarballs = globSync(join(out, "*.tgz"))
  for (const tarball of tarballs) {
    run("publint", "run", tarball, "--strict")
    run("attw", tarball, "--profile", "esm-only", "--format", "ascii")
  }
  console.log(`${tarballs.length} packages are fit to publish`)
} finally {
  rmSync(out, { recursive: true })
}
