import type { Layer } from "effect"
import { ByteSize, Effect, FileSystem, Option, Stream } from "effect"
import { systemError, type SystemErrorTag } from "effect/PlatformError"
import { dirname } from "node:path"

/** Options of a file system in memory. */
export interface MemoryFileSystemOptions {
  /** Names that differ only in the case of letters are the same name, as on macOS and Windows. */
  readonly isCaseless?: boolean
  /** Bytes that all files may have together. A write that needs more stops in the middle. */
  readonly capacity?: number
  /** Folder in which nothing can be created or changed. */
  readonly readOnly?: string
}

interface Inode {
  readonly ino: bigint
  readonly type: "File" | "Directory"
  text: string
  /** What a loss of power leaves of the text. */
  synced: string
}

interface Entry {
  readonly path: string
  readonly inode: Inode
}

/** What a loss of power leaves: the text of each path, at one moment. */
export interface Remains {
  /** If the disk kept only the names of synced folders. */
  readonly synced: ReadonlyMap<string, string>
  /** If the disk happened to keep all names. */
  readonly named: ReadonlyMap<string, string>
}

/** A file system in memory. */
export class MemoryFileSystem {
  readonly #options: MemoryFileSystemOptions
  readonly #entries = new Map<string, Entry>()
  readonly #synced = new Map<string, Entry>()
  #count = 0n
  /** What a loss of power would have left after each operation. */
  readonly remains: Array<Remains> = []

  constructor(options: MemoryFileSystemOptions = {}) {
    this.#options = options
    this.#add("/", "Directory")
    this.#synced.set("/", this.#entries.get("/")!)
  }

  /** Paths of all files. */
  get files(): ReadonlyArray<string> {
    return [...this.#entries.values()].filter(({ inode }) => inode.type === "File").map(({ path }) => path)
  }

  /** The text of a file; bytes below 128 are characters of it. */
  text(path: string): string {
    return this.#get("text", path).inode.text
  }

  /** Length of all files. */
  get size(): number {
    return [...this.#entries.values()].reduce((sum, { inode }) => sum + inode.text.length, 0)
  }

  get layer(): Layer.Layer<FileSystem.FileSystem> {
    return FileSystem.layerNoop({
      stat: (path) => this.#attempt("stat", path, () => infoOf(this.#get("stat", path).inode)),
      makeDirectory: (path) =>
        this.#attempt("makeDirectory", path, () => {
          this.#mayChange("makeDirectory", path)
          this.#add(path, "Directory")
        }),
      readDirectory: (path) =>
        this.#attempt("readDirectory", path, () =>
          [...this.#entries.values()]
            .filter((entry) => entry.path !== "/" && this.#key(dirname(entry.path)) === this.#key(path))
            .map((entry) => entry.path.slice(path.length + 1))
        ),
      readFileString: (path) => this.#attempt("readFile", path, () => this.#get("readFile", path).inode.text),
      readFile: (path) =>
        this.#attempt("readFile", path, () => new TextEncoder().encode(this.#get("readFile", path).inode.text)),
      stream: (path) =>
        Stream.unwrap(
          this.#attempt("stream", path, () => {
            const bytes = new TextEncoder().encode(this.#get("stream", path).inode.text)
            const starts = Array.from({ length: Math.ceil(bytes.length / 1000) }, (_, i) => i * 1000)
            return Stream.fromIterable(starts).pipe(Stream.map((start) => bytes.subarray(start, start + 1000)))
          })
        ),
      open: (path, options) =>
        this.#attempt("open", path, () => {
          if (options?.flag !== "w") return this.#handle(this.#get("open", path))
          this.#mayChange("open", path)
          return this.#handle(this.#add(path, "File"))
        }),
      rename: (from, to) =>
        this.#attempt("rename", from, () => {
          const { inode } = this.#get("rename", from)
          this.#mayChange("rename", to)
          this.#entries.delete(this.#key(from))
          this.#entries.set(this.#key(to), { path: to, inode })
        }),
      remove: (path) => this.#attempt("remove", path, () => void this.#entries.delete(this.#key(path)))
    })
  }

  #handle(entry: Entry): FileSystem.File {
    const { inode, path } = entry
    const handle: Partial<FileSystem.File> = {
      [FileSystem.FileTypeId]: FileSystem.FileTypeId,
      writeAll: (bytes) =>
        this.#attempt("writeAll", path, () => {
          const text = new TextDecoder().decode(bytes)
          const room = (this.#options.capacity ?? Infinity) - this.size
          inode.text += text.slice(0, Math.max(room, 0))
          if (text.length > room) throw failure("Unknown", "writeAll", path, "ENOSPC: no space left on device, write")
        }),
      sync: this.#attempt("sync", path, () => {
        if (inode.type === "File") inode.synced = inode.text
        else this.#syncNames(path)
      })
    }
    return handle as FileSystem.File
  }

  #syncNames(folder: string): void {
    const isIn = ({ path }: Entry) => path !== "/" && this.#key(dirname(path)) === this.#key(folder)
    for (const [key, entry] of this.#synced) if (isIn(entry)) this.#synced.delete(key)
    for (const [key, entry] of this.#entries) if (isIn(entry)) this.#synced.set(key, entry)
  }

  #key(path: string): string {
    return this.#options.isCaseless === true ? path.normalize("NFC").toLowerCase() : path
  }

  #add(path: string, type: Inode["type"]): Entry {
    const entry = { path, inode: { ino: this.#count++, type, text: "", synced: "" } }
    this.#entries.set(this.#key(path), entry)
    return entry
  }

  #get(method: string, path: string): Entry {
    const found = this.#entries.get(this.#key(path))
    if (found === undefined) throw failure("NotFound", method, path, "ENOENT: no such file or directory")
    return found
  }

  #mayChange(method: string, path: string): void {
    const { readOnly } = this.#options
    if (readOnly !== undefined && `${path}/`.startsWith(`${readOnly}/`)) {
      throw failure("PermissionDenied", method, path, `EACCES: permission denied, ${method} '${path}'`)
    }
    this.#get(method, dirname(path))
  }

  #attempt<A>(method: string, path: string, perform: () => A) {
    return Effect.try({
      try: () => {
        const result = perform()
        this.remains.push({ synced: this.#left(this.#synced), named: this.#left(this.#entries) })
        return result
      },
      catch: (error) => (error instanceof Failure ? error.error : failure("Unknown", method, path, String(error)).error)
    })
  }

  /** The files that can be reached: a name survives only if the names of its folders do. */
  #left(entries: ReadonlyMap<string, Entry>): ReadonlyMap<string, string> {
    const isThere = (path: string): boolean => path === "/" || (entries.has(this.#key(path)) && isThere(dirname(path)))
    return new Map(
      [...entries.values()]
        .filter(({ inode, path }) => inode.type === "File" && isThere(path))
        .map(({ inode, path }) => [path, inode.synced])
    )
  }
}

class Failure extends Error {
  readonly error: ReturnType<typeof systemError>
  constructor(error: ReturnType<typeof systemError>) {
    super()
    this.error = error
  }
}

const failure = (_tag: SystemErrorTag, method: string, path: string, message: string): Failure =>
  new Failure(systemError({ _tag, module: "FileSystem", method, pathOrDescriptor: path, cause: new Error(message) }))

const infoOf = ({ ino, text, type }: Inode): FileSystem.File.Info => ({
  type,
  ino: Option.some(ino),
  size: ByteSize.bytes(text.length),
  mtime: Option.some(new Date(0)),
  atime: Option.none(),
  birthtime: Option.none(),
  dev: 0n,
  rdev: Option.none(),
  mode: 0,
  nlink: Option.none(),
  uid: Option.none(),
  gid: Option.none(),
  blksize: Option.none(),
  blocks: Option.none()
})
