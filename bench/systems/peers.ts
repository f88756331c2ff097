import { spawnSync } from "node:child_process"
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { homedir } from "node:os"
import { join, resolve } from "node:path"

/** A Python system, measured by a program outside this repository. */
export interface Peer {
  readonly system: string
  /** Its workloads, each with the largest size to run by default. Larger sizes take minutes. */
  readonly largest: { readonly [workload: string]: number }
  /** Arguments of Python. */
  readonly args: (workload: string, n: number) => ReadonlyArray<string>
}

const REQUIREMENTS = [
  "dagster==1.13.27",
  "dagster-webserver==1.13.27",
  "dask[distributed]==2026.8.0",
  "sf-hamilton==1.90.0"
]

const DAGSTER = "dagster_peer.py"
/** Starts a program with a high recursion limit, because Dagster walks a chain recursively. */
const DEEP = `import runpy, sys
sys.setrecursionlimit(100_000)
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")`
const OTHERS = "python_peers.py"

const other = (system: string, largest: Peer["largest"]): Peer => ({
  system,
  largest,
  args: (workload, n) => [OTHERS, system, workload, String(n)]
})

export const peers: ReadonlyArray<Peer> = [
  {
    system: "dagster",
    largest: {
      chain: 1_000,
      fan: 1_000,
      dynamic: 1_000,
      "chain-sqlite": 100,
      "append-sqlite": 1_000,
      "read-events": 10_000,
      assets: 100,
      "assets-memory": 100,
      multi8: 100,
      validate: 1_000,
      cold: 1
    },
    args: (workload, n) => ["-c", DEEP, DAGSTER, workload, String(n)]
  },
  other("hamilton", { chain: 1_000 }),
  other("dask-threads", { chain: 1_000, fan: 1_000 }),
  other("dask-processes", { chain: 1_000, fan: 1_000, multi8: 100 })
]

/** The folder of the peer programs. Throws an error that says what to do if it does not exist. */
const programs = (): string => {
  const root = join(import.meta.dirname, "../..")
  const folder = resolve(process.env["HEDDLE_PEERS"] ?? join(root, "../shared/bench/peers"))
  const absent = [DAGSTER, OTHERS].filter((name) => !existsSync(join(folder, name)))
  if (absent.length === 0) return folder
  throw new Error(
    `Cannot measure the peers: "${folder}" has no ${absent.map((name) => `"${name}"`).join(" and no ")}. ` +
      `Name the folder of their programs with HEDDLE_PEERS, or leave out --peers`
  )
}

/** A Python environment with the peers installed. The first call creates it in the user's cache folder. */
const python = (): string => {
  const venv = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "heddle/bench-peers")
  const marker = join(venv, "heddle-requirements.txt")
  const wanted = REQUIREMENTS.join("\n")
  if (existsSync(marker) && readFileSync(marker, "utf8") === wanted) return join(venv, "bin/python")
  console.error(`installing the peers in ${venv}`)
  mkdirSync(venv, { recursive: true })
  for (const [command, ...args] of [
    ["python3", "-m", "venv", venv],
    [join(venv, "bin/pip"), "install", "--quiet", "--disable-pip-version-check", ...REQUIREMENTS]
  ] as const) {
    const { error, status } = spawnSync(command, args, { stdio: ["ignore", 2, 2] })
    if (status !== 0) throw new Error(`Cannot install the peers: "${command}" failed`, { cause: error })
  }
  writeFileSync(marker, wanted)
  return join(venv, "bin/python")
}

/** How to start a peer's program: its folder and the Python to start it with. */
export const installed = (): { readonly folder: string; readonly python: string } => ({
  folder: programs(),
  python: python()
})
