/**
 * Names of temporary files: `<host>.<pid>.<random>.<count>`. They say which process writes the file, so that files of dead
 * processes can be removed. Effect has no service for the host name or for processes, so this module asks Node.
 */
import { randomBytes } from "node:crypto"
import { hostname } from "node:os"

const HOUR = 60 * 60 * 1000

/** Age in milliseconds at which a file of a process that seems dead is removed. */
const DEAD = HOUR

/** Age in milliseconds at which any file is removed. */
const ABANDONED = 24 * HOUR

const HOST = hostname().replaceAll(/[^A-Za-z0-9-]/g, "_")

/**
 * Containers that share a volume may have the same host name, and each counts its processes from 1. The random part keeps their
 * names distinct.
 */
const WRITER = `${HOST}.${process.pid}.${randomBytes(6).toString("hex")}`

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM"
  }
}

let count = 0

/** A new name that no other process uses. */
export const make = (): string => `${WRITER}.${count++}`

/**
 * Tells whether a file is no longer being written.
 *
 * A process that is not found here is not necessarily dead: it may run in another container with the same host name. Its
 * files are therefore kept for an hour after the last write. Those of other hosts, and of processes that are found, are kept
 * for a day.
 *
 * @param name - name of the file
 * @param age - milliseconds since the last write to it
 */
export const isLeft = (name: string, age: number): boolean => {
  if (age > ABANDONED) return true
  if (age <= DEAD || name.startsWith(`${WRITER}.`)) return false
  const [host, text] = name.split(".")
  const pid = Number(text)
  // A file with the id of this process but another random part belongs to an earlier process or to another container.
  return host === HOST && (pid === process.pid || !isAlive(pid))
}
