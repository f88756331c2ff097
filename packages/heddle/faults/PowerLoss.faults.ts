import { assert, describe, it } from "@effect/vitest"
import { DiskRecord } from "./DiskRecord.ts"
import { PowerLoss } from "./PowerLoss.ts"
import { SystemCall } from "./SystemCall.ts"

const hex = (text: string): string =>
  [...Buffer.from(text)].map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("")
const open = (fd: number, name: string): string => `${fd}<${hex(`/d/${name}`)}>`
const made = (fd: number, name: string): string =>
  `7 openat(AT_FDCWD<${hex("/")}>, "${hex(`/d/${name}`)}", O_RDWR|O_CREAT, 0644) = ${open(fd, name)}`
const write = (fd: number, name: string, text: string, at: number): string =>
  `7 pwrite64(${open(fd, name)}, "${hex(text)}", ${text.length}, ${at}) = ${text.length}`
const sync = (fd: number, name: string): string => `7 fdatasync(${open(fd, name)})     = 0`
const folderSync = `7 fsync(9<${hex("/d")}>)               = 0`

const read = (lines: ReadonlyArray<string>): DiskRecord =>
  DiskRecord.make(SystemCall.read(lines.join("\n")), "/d", "/voice")

/** What is left when the power fails after the last of these lines, or before line number `cut`, from 0. */
const left = (
  lines: ReadonlyArray<string>,
  loss = PowerLoss.emptied,
  cut = lines.length
): { readonly [name: string]: string } =>
  Object.fromEntries(
    [...PowerLoss.filesAfter(read(lines), cut, loss)].map(([name, content]) => [name, content.toString()])
  )

describe("PowerLoss", () => {
  it("leaves what was written before a sync, where it was written", () => {
    const lines = [made(3, "a"), write(3, "a", "hello", 0), write(3, "a", "J", 0), sync(3, "a"), write(3, "a", "!", 5)]
    assert.deepStrictEqual(left(lines), { a: "Jello" })
    assert.deepStrictEqual(left([...lines, sync(3, "a")]), { a: "Jello!" })
    assert.deepStrictEqual(left(lines.slice(0, 3)), { a: "" })
    const kept: PowerLoss = { keepsNames: true, survives: () => true }
    assert.deepStrictEqual(left(lines, kept), { a: "Jello!" })
    assert.deepStrictEqual(left(lines, kept, 4), { a: "Jello" })
  })

  it("counts a sync when it has ended, and for what had ended when it began", () => {
    const begun = `8 fdatasync(${open(3, "a")} <unfinished ...>`
    const ended = "8 <... fdatasync resumed>)         = 0"
    const first = [made(3, "a"), write(3, "a", "one", 0)]
    assert.deepStrictEqual(left([...first, begun, ended], PowerLoss.emptied, 3), { a: "" })
    assert.deepStrictEqual(left([...first, begun, ended]), { a: "one" })
    assert.deepStrictEqual(left([...first, begun, write(3, "a", "two", 3), ended]), { a: "one" })
    const slow = write(3, "a", "two", 3).replace(") = 3", " <unfinished ...>")
    assert.deepStrictEqual(left([...first, slow, sync(3, "a").replace("7", "8"), "7 <... pwrite64 resumed>) = 3"]), {
      a: "one"
    })
    assert.deepStrictEqual(left([...first, "7 fdatasync(3) = -1 EIO (Input/output error)"]), { a: "" })
  })

  it("tells files apart whose numbers change, and syncs one through any of its numbers", () => {
    const lines = [made(3, "a"), write(3, "a", "A", 0), made(4, "a"), made(3, "b"), write(3, "b", "B", 0)]
    assert.deepStrictEqual(left([...lines, sync(4, "a")]), { a: "A", b: "" })
    assert.deepStrictEqual(left([...lines, sync(3, "b")]), { a: "", b: "B" })
  })

  it("shortens a file, and fills a hole with zeros", () => {
    const shorter = [made(3, "a"), write(3, "a", "hello", 0), `7 ftruncate(${open(3, "a")}, 2) = 0`]
    assert.deepStrictEqual(left([...shorter, sync(3, "a")]), { a: "he" })
    assert.deepStrictEqual(left([...shorter, write(3, "a", "!", 4), sync(3, "a")]), { a: "he\0\0!" })
  })

  it("keeps a name once its folder is synced, and the old file under it until then", () => {
    const old = [made(3, "a"), write(3, "a", "old", 0), sync(3, "a"), folderSync]
    const anew = [...old, `7 unlink("${hex("/d/a")}") = 0`, made(4, "a"), write(4, "a", "new", 0), sync(4, "a")]
    assert.deepStrictEqual(left(old.slice(0, 3), PowerLoss.strict), {})
    assert.deepStrictEqual(left(anew, PowerLoss.strict), { a: "old" })
    assert.deepStrictEqual(left(anew, PowerLoss.emptied), { a: "new" })
    assert.deepStrictEqual(left([...anew, folderSync], PowerLoss.strict), { a: "new" })
    const late = `7 pwrite64(${open(3, "a")}(deleted), "${hex("O")}", 1, 0) = 1`
    const lateSync = `7 fsync(${open(3, "a")}(deleted)) = 0`
    assert.deepStrictEqual(left([...anew, late, lateSync], PowerLoss.strict), { a: "Old" })
    assert.deepStrictEqual(left([...anew, late, lateSync], PowerLoss.emptied), { a: "new" })
  })

  it("follows a file to another name", () => {
    const moved = `7 rename("${hex("/d/a")}", "${hex("/d/b")}") = 0`
    assert.deepStrictEqual(left([made(3, "a"), write(3, "a", "A", 0), moved, sync(3, "b")]), { b: "A" })
  })

  it("refuses a record that does not say what is in a file", () => {
    assert.throws(() => read([made(3, "a"), `7 write(${open(3, "a")}, "${hex("A")}", 1) = 1`]), /write writes to "a"/)
    assert.throws(
      () => read([made(3, "a"), `7 mmap(NULL, 8, PROT_READ|PROT_WRITE, MAP_SHARED, ${open(3, "a")}, 0) = 0x7f`]),
      /mmap writes to "a"/
    )
    assert.throws(() => read([made(3, "a"), write(3, "a", "A", 0).replace('", 1', '"..., 9')]), /only its beginning/)
    assert.throws(() => read([write(3, "a", "A", 0)]), /"a" was in the folder before/)
  })
})
