import type { FastifyInstance } from "fastify"
import type { HeddleEvent } from "heddle"
import { runs } from "heddle/promise"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { makeServer } from "../src/server.ts"

let home: string
let server: FastifyInstance
let url: string
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "heddle-http-"))
  server = makeServer(home)
  url = await server.listen({ host: "127.0.0.1", port: 0 })
})
afterAll(async () => {
  await server.close()
  rmSync(home, { recursive: true, force: true })
})

const config = (count: number, millis: number) =>
  JSON.stringify({ ops: { parts: { config: { count } }, work: { config: { millis } } } })

const start = (body: string, signal?: AbortSignal) =>
  fetch(`${url}/runs`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
    signal: signal ?? null
  })

/** The events of a stream, as a browser would see them. */
async function* eventsOf(response: Response): AsyncGenerator<HeddleEvent> {
  let text = ""
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk
    for (let end = text.indexOf("\n\n"); end !== -1; end = text.indexOf("\n\n")) {
      const data = /^data: (.*)$/m.exec(text.slice(0, end))?.[1]
      text = text.slice(end + 2)
      if (data !== undefined) yield JSON.parse(data) as HeddleEvent
    }
  }
}

const collect = async (events: AsyncIterable<HeddleEvent>): Promise<ReadonlyArray<HeddleEvent>> => {
  const all: Array<HeddleEvent> = []
  for await (const event of events) all.push(event)
  return all
}

const idOf = (response: Response): string => response.headers.get("location")!.slice("/runs/".length)

describe("the HTTP server", () => {
  it("starts a run and streams its events to the end", async () => {
    const response = await start(config(3, 1))
    assert.strictEqual(response.headers.get("content-type"), "text/event-stream")
    const tags = (await collect(eventsOf(response))).map(({ _tag }) => _tag)
    assert.deepStrictEqual([tags[0], tags.at(-1)], ["RUN_START", "RUN_SUCCESS"])
    const seen = (await (await fetch(`${url}/runs/${idOf(response)}`)).json()) as { status: string }
    assert.strictEqual(seen.status, "SUCCESS")
  })

  it("cancels the run when the client leaves, and its finalizers run", async () => {
    const leaving = new AbortController()
    const response = await start(config(2, 600_000), leaving.signal)
    const id = idOf(response)
    let started = 0
    try {
      for await (const event of eventsOf(response)) {
        if (event._tag === "STEP_START" && event.stepKey.startsWith("work") && ++started === 2) leaving.abort()
      }
    } catch {
      // The aborted request.
    }
    assert.strictEqual((await runs.awaitEnd(id, { home })).status, "CANCELED")
    const finalized = (await collect(runs.follow(id, { home }))).filter(
      (event) => event._tag === "LOG_MESSAGE" && event.message.endsWith("Failure")
    )
    assert.strictEqual(finalized.length, 2)
  })

  it("lets others follow a run and cancel it by its id", async () => {
    const response = await start(config(1, 600_000))
    const id = idOf(response)
    const followed: Array<HeddleEvent> = []
    for await (const event of eventsOf(await fetch(`${url}/runs/${id}/events`))) {
      followed.push(event)
      if (event._tag !== "STEP_START" || event.stepKey !== "work[p0]") continue
      const cancelled = await fetch(`${url}/runs/${id}/cancel`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ reason: "wrong numbers" })
      })
      assert.deepStrictEqual(await cancelled.json(), { outcome: "requested" })
    }
    assert.strictEqual(followed.at(-1)?._tag, "RUN_CANCELED")
    assert.deepInclude(
      followed.find(({ _tag }) => _tag === "RUN_CANCELING"),
      { reason: "wrong numbers" }
    )
    assert.deepStrictEqual(await collect(eventsOf(response)), followed)
    const late = await fetch(`${url}/runs/${id}/cancel`, { method: "POST" })
    assert.strictEqual(late.status, 409)
  })

  it("lists runs page by page, and deletes them", async () => {
    const page = (await (await fetch(`${url}/runs`)).json()) as { runs: ReadonlyArray<{ runId: string }> }
    assert.strictEqual(page.runs.length, 3)
    const [newest] = page.runs
    assert.strictEqual((await fetch(`${url}/runs/${newest!.runId}`, { method: "DELETE" })).status, 204)
    assert.strictEqual((await fetch(`${url}/runs/${newest!.runId}`)).status, 404)
  })

  it("tells what is wrong with run config", async () => {
    const response = await start(JSON.stringify({ ops: { parts: { config: { count: "three" } } } }))
    assert.strictEqual(response.status, 422)
    const { error, message } = (await response.json()) as { error: string; message: string }
    assert.strictEqual(error, "RunConfigError")
    assert.include(message, "ops.parts.config.count")
  })
})
