import { basename, dirname, resolve } from "node:path"
import { SystemCall } from "./SystemCall.ts"

/** When something began and ended: lines of the record. */
interface Span {
  readonly start: number
  readonly end: number
}

/** What a call made of a file: bytes at a place, or another length. */
export type Change = Span &
  ({ readonly offset: number; readonly data: Buffer; readonly length?: never } | { readonly length: number })

/** A file, whatever its name is or was. */
export interface RecordedFile {
  /** In the order in which they ended. */
  readonly changes: Array<Change>
  readonly syncs: Array<Span>
}

/** From `end` on a name in the folder stands for this file, or for none. */
interface NameChange {
  readonly name: string
  readonly file: RecordedFile | undefined
  readonly end: number
}

/** What was done to the files of one folder, and what the program said meanwhile. */
export interface DiskRecord {
  readonly names: ReadonlyArray<NameChange>
  /** Syncs of the folder itself, which keep its names. */
  readonly folderSyncs: ReadonlyArray<Span>
  /** Lines that the program wrote, each with the line of the record in which it began to. */
  readonly said: ReadonlyArray<{ readonly text: string; readonly at: number }>
  /** Lines of the record at which the power may as well have failed: at each sync, and whenever something was said. */
  readonly cuts: ReadonlyArray<number>
}

/** The calls that `DiskRecord.make` must see to know what is in a file. */
const CALLS =
  "open openat openat2 creat write writev pwrite64 pwritev pwritev2 fsync fdatasync truncate ftruncate fallocate " +
  "rename renameat renameat2 unlink unlinkat link linkat copy_file_range sendfile splice mmap"

const HEX = String.raw`(?:\\x[0-9a-f]{2})*`
/** An open file, with the path that it had or has: so it does not matter which thread opened it when, or as what number. */
const OPEN_FILE = new RegExp(`\\b\\d+<(${HEX})>(\\(deleted\\))?`, "g")
const STRING = new RegExp(`"(${HEX})"(\\.{3})?`, "g")
/** Where a path starts: at an open folder, or at the working directory. */
const START = new RegExp(`^(?:AT_FDCWD|\\d+)<(${HEX})>`)

const text = (hex: string): string => SystemCall.bytes(hex).toString()

/** The bytes of all strings in the arguments of a call. */
const dataOf = (call: SystemCall): Buffer =>
  Buffer.concat(
    [...call.given.matchAll(STRING)].map(([, hex = "", cut]) => {
      if (cut !== undefined) throw new Error(`the record does not hold all that ${call.name} wrote, only its beginning`)
      return SystemCall.bytes(hex)
    })
  )

/** The paths in the arguments of a call, absolute. */
const pathsOf = (call: SystemCall): ReadonlyArray<string> => {
  const start = START.exec(call.given)?.[1]
  return [...call.given.matchAll(STRING)].map(([, hex = ""]) =>
    resolve(start === undefined ? "/" : text(start), text(hex))
  )
}

const lastNumber = (call: SystemCall): number => Number(/(\d+)$/.exec(call.given)?.[1])

/**
 * Reads what calls did to the files in a folder that was empty before. The shared memory of SQLite (`-shm`) is left out:
 * it means nothing after a restart. Throws for a call that changes a file in a way it does not know.
 *
 * @param calls - from `SystemCall.read`, of all threads and processes
 * @param folder - absolute path
 * @param voice - absolute path of the file to which the program writes what it has to say, a line a call
 */
const make = (calls: ReadonlyArray<SystemCall>, folder: string, voice: string): DiskRecord => {
  const names: Array<NameChange> = []
  const folderSyncs: Array<Span> = []
  const said: Array<{ text: string; at: number }> = []
  const cuts = new Set<number>()
  const live = new Map<string, RecordedFile>()
  const unlinked = new Map<string, RecordedFile>()

  /** The name of a path in the folder, if it is one that counts. */
  const nameOf = (path: string): string | undefined =>
    dirname(path) === folder && !path.endsWith("-shm") ? basename(path) : undefined
  const fileOf = (name: string, deleted: boolean): RecordedFile => {
    const file = (deleted ? unlinked : live).get(name)
    if (file === undefined) throw new Error(`"${name}" was in the folder before the record began`)
    return file
  }
  const setName = (name: string, file: RecordedFile | undefined, end: number): void => {
    const before = live.get(name)
    if (before !== undefined) unlinked.set(name, before)
    if (file === undefined) live.delete(name)
    else live.set(name, file)
    names.push({ name, file, end })
    cuts.add(end + 1)
  }

  const onOpenFile = (call: SystemCall, path: string, deleted: boolean): void => {
    const { end, start } = call
    if (path === voice && call.name === "write") {
      said.push({ text: dataOf(call).toString(), at: start })
      cuts.add(start)
      return
    }
    const isSync = call.name === "fsync" || call.name === "fdatasync"
    if (path === folder && isSync) {
      folderSyncs.push({ start, end })
      cuts.add(start).add(end + 1)
    }
    const name = nameOf(path)
    if (name === undefined) return
    const file = fileOf(name, deleted)
    if (isSync) {
      file.syncs.push({ start, end })
      cuts.add(start).add(end + 1)
    } else if (call.name === "pwrite64" || call.name === "pwritev") {
      file.changes.push({ start, end, offset: lastNumber(call), data: dataOf(call).subarray(0, Number(call.result)) })
    } else if (call.name === "ftruncate") {
      file.changes.push({ start, end, length: lastNumber(call) })
    } else if (call.name !== "mmap" || /PROT_WRITE.*MAP_SHARED/.test(call.given)) {
      throw new Error(`${call.name} writes to "${name}" in a way that the record does not show`)
    }
  }

  const onPaths = (call: SystemCall): void => {
    const [first, second] = pathsOf(call).map(nameOf)
    if (first === undefined && second === undefined) return
    if (call.name.startsWith("unlink") && first !== undefined) return setName(first, undefined, call.end)
    if (call.name.startsWith("rename") && !call.given.includes("RENAME_EXCHANGE")) {
      if (second !== undefined) setName(second, first === undefined ? undefined : fileOf(first, false), call.end)
      if (first !== undefined) setName(first, undefined, call.end)
      return
    }
    throw new Error(`${call.name} changes "${first ?? second}" in a way that the record does not show`)
  }

  const onOpening = (call: SystemCall): void => {
    const [opened] = [...call.result.matchAll(OPEN_FILE)]
    const name = opened === undefined ? undefined : nameOf(text(opened[1]!))
    if (name === undefined) return
    if (!live.has(name) && (call.name === "creat" || call.given.includes("O_CREAT"))) {
      setName(name, { changes: [], syncs: [] }, call.end)
    }
    if (call.name === "creat" || call.given.includes("O_TRUNC")) {
      fileOf(name, false).changes.push({ start: call.start, end: call.end, length: 0 })
    }
  }

  for (const call of calls) {
    // A call that failed did nothing, or nothing that anyone may rely on.
    if (!/^(?:\d|0x)/.test(call.result)) continue
    if (call.name.startsWith("open") || call.name === "creat") onOpening(call)
    else if (/^(?:rename|unlink|link|truncate)/.test(call.name)) onPaths(call)
    else
      for (const [, hex = "", deleted] of call.given.matchAll(OPEN_FILE))
        onOpenFile(call, text(hex), deleted !== undefined)
  }
  cuts.add((calls.at(-1)?.end ?? 0) + 1)
  return { names, folderSyncs, said, cuts: [...cuts].toSorted((a, b) => a - b) }
}

/** What a program did to the files of one folder, read from a record of its system calls. */
export const DiskRecord = { CALLS, make }
