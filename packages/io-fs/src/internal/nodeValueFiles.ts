import * as Effect from "effect/Effect"
import { mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises"
import { hostname } from "node:os"
import { dirname, join } from "node:path"
import { FileFailed, type ValueFiles } from "./ValueFiles.ts"

/** Folder of files that are being written, below the folder of values. */
const TEMPORARY = ".tmp"

/** Milliseconds after which a file that another machine began to write is given up. */
const ABANDONED = 24 * 60 * 60 * 1000

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false
  )

/**
 * Makes a folder and those above it, and has the folders that are new on the disk. Node's own `recursive` never ends in
 * file systems such as `/proc`, which deny that a folder is there and that it can be made.
 */
const makeFolder = async (folder: string): Promise<void> => {
  if (await isFolder(folder)) return
  const parent = dirname(folder)
  if (parent !== folder) await makeFolder(parent)
  try {
    await mkdir(folder)
  } catch (cause) {
    // Another process may have made it in the meantime.
    if (!(await isFolder(folder))) throw cause
  }
  await syncFolder(parent)
}

/** Has the names in a folder on the disk. No `FileSystem` of Effect can do that. */
const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, "r")
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM"
  }
}

/** The host as a part of a file name. */
const HOST = hostname().replaceAll(/[^A-Za-z0-9-]/g, "_")

/** Removes what processes that are gone have begun to write. Nobody waits for that, and it may fail. */
const sweep = async (folder: string): Promise<void> => {
  for (const name of await readdir(folder).catch(() => [])) {
    const [host, pid] = name.split(".")
    const path = join(folder, name)
    const isLeft =
      host === HOST
        ? !isAlive(Number(pid))
        : await stat(path).then(
            ({ mtimeMs }) => Date.now() - mtimeMs > ABANDONED,
            () => false
          )
    if (isLeft) await rm(path, { force: true }).catch(() => {})
  }
}

let count = 0

/**
 * Files of Node. Each is written elsewhere, synced and renamed, so that what is told of it afterwards survives a loss of
 * power; what a killed process left half-written is removed by the next one that writes.
 *
 * @param root - folder of values
 */
export const nodeValueFiles = (root: string): ValueFiles => {
  const folder = join(root, TEMPORARY)
  let swept: Promise<void> | undefined
  const write = async (path: string, text: string): Promise<void> => {
    const target = dirname(path)
    await makeFolder(folder)
    await (swept ??= sweep(folder))
    await makeFolder(target)
    const temporary = join(folder, `${HOST}.${process.pid}.${count++}`)
    try {
      const handle = await open(temporary, "w")
      try {
        await handle.writeFile(text)
        await handle.sync()
      } finally {
        await handle.close()
      }
      await rename(temporary, path)
    } catch (cause) {
      await rm(temporary, { force: true })
      throw cause
    }
    await syncFolder(target)
  }
  const failed = (cause: unknown) =>
    new FileFailed({
      cause,
      isNotFound: typeof cause === "object" && cause !== null && "code" in cause && cause.code === "ENOENT"
    })
  const attempt = <A>(perform: () => Promise<A>) => Effect.tryPromise({ try: perform, catch: failed })
  return {
    write: (path, text) => attempt(() => write(path, text)),
    read: (path) => attempt(() => readFile(path, "utf8")),
    stat: (path) => attempt(() => stat(path))
  }
}
