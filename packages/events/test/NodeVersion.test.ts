import { assert, describe, it } from "@effect/vitest"
import { NodeVersion } from "@heddle/events/NodeVersion"

describe("NodeVersion.require", () => {
  it("names the required and the running version of Node", () => {
    assert.throws(
      () => NodeVersion.require("@heddle/storage-sqlite", "22.21.0", "/usr/bin/node"),
      "@heddle/storage-sqlite needs Node 24 or newer, but this is Node 22.21.0 (/usr/bin/node): install a newer Node"
    )
  })

  it("accepts a newer Node, and runtimes that are not Node", () => {
    for (const version of ["24.0.0", "100.1.0", undefined]) {
      assert.doesNotThrow(() => NodeVersion.require("@heddle/storage-sqlite", version))
    }
  })
})
