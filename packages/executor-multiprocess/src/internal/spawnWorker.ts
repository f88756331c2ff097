/**
 * The only place that starts worker processes. It calls Node and not `ChildProcessSpawner` of Effect, which cannot carry what a
 * worker needs:
 *
 * - How a worker ended. The spawner reports a process that a signal killed as an error with a text, and `WorkerCrashed` tells
 *   the signal.
 * - What a worker wrote before it died. The spawner reports the end when the process exits. Node's `close` event comes after
 *   the pipes are read to their end, so no message of a dead worker is lost.
 * - Pipes that outlive the scope of a step. The spawner closes its pipes and kills the process when a scope closes. A worker
 *   lives as long as `ChildWorker` decides, and ends by itself when its lifeline breaks.
 * - Pipes with asynchronous reads on Windows (`overlapped`), and sockets whose buffer can be measured (`Backpressure`).
 */
import { type ChildProcess, spawn } from "node:child_process"
import { Socket } from "node:net"
import { fileURLToPath } from "node:url"
import { WorkerCrashed } from "../WorkerCrashed.ts"
import { LIFELINE } from "./lifeline.ts"
import { CHANNEL } from "./MessagePipe.ts"

/** The program that starts a worker. In source it is beside this module; the build moves this code to the root of `dist`. */
const BOOTSTRAP = fileURLToPath(
  new URL(import.meta.url.endsWith(".ts") ? "./bootstrap.ts" : "./internal/bootstrap.js", import.meta.url)
)

/**
 * The Node flags of this process, which workers get too, without those that name a program: with these a worker would run that
 * program instead.
 */
const flagsOf = (flags: ReadonlyArray<string>): ReadonlyArray<string> =>
  flags.filter((flag, i) => {
    const isProgram = (text: string | undefined) => text !== undefined && /^(-e|--eval|-p|--print|-pe)$/.test(text)
    return !isProgram(flag) && !isProgram(flags[i - 1]) && !/^--(eval|print|input-type|inspect|watch)/.test(flag)
  })

/** Every pipe to a process is a socket, although the types do not say so. With too many open files there is no pipe. */
const socketOf = (stream: unknown): Socket => {
  if (stream instanceof Socket) return stream
  throw new WorkerCrashed({
    exitCode: null,
    signal: null,
    problem: "the system provided no pipes: too many files are open"
  })
}

/** A started process, and the pipes to it. */
export interface SpawnedWorker {
  readonly child: ChildProcess
  readonly outputs: { readonly stdout: Socket; readonly stderr: Socket }
  readonly channel: Socket
  readonly lifeline: Socket
}

/**
 * Starts the process of a worker.
 *
 * @param moduleUrl - module of the job, from which its packages are found
 * @param failed - called with the reason if the process could not be started
 * @throws WorkerCrashed if the system has no pipes left
 */
export const spawnWorker = (moduleUrl: string, failed: (problem: string) => void): SpawnedWorker => {
  const child = spawn(process.execPath, [...flagsOf(process.execArgv), BOOTSTRAP, moduleUrl], {
    // The last two are CHANNEL and LIFELINE.
    stdio: ["ignore", "pipe", "pipe", "overlapped", "overlapped"]
  })
  // If the process could not be started, this is the only notification.
  child.on("error", (error) => failed(error.message))
  return {
    child,
    outputs: { stdout: socketOf(child.stdout), stderr: socketOf(child.stderr) },
    channel: socketOf(child.stdio[CHANNEL]),
    lifeline: socketOf(child.stdio[LIFELINE])
  }
}
