import Fastify, { type FastifyInstance, type FastifyReply } from "fastify"
import type { HeddleEvent, RunConfigOfJob } from "heddle"
import { launch, runs } from "heddle/promise"
import { pointer, type squares } from "./job.ts"

/** Sends events to a browser as they happen (server-sent events), until the run ends or the browser leaves. */
const stream = async (reply: FastifyReply, events: AsyncIterable<HeddleEvent>, left?: () => void) => {
  reply.hijack()
  const { raw } = reply
  raw.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" })
  raw.on("close", () => raw.writableFinished || left?.())
  for await (const event of events) {
    if (raw.destroyed) break
    raw.write(`id: ${event.id}\nevent: ${event._tag}\ndata: ${JSON.stringify(event)}\n\n`)
  }
  raw.end()
}

/** The HTTP status of errors that callers can mend; others are the server's. */
const STATUS: { readonly [tag: string]: number } = {
  RunConfigError: 422,
  InvalidRunId: 422,
  RunAlreadyExists: 409,
  RunAlreadyEnded: 409,
  RunHeld: 409,
  RunNotFound: 404
}

/** A server for the runs of one home folder. */
export const makeServer = (home: string): FastifyInstance => {
  const server = Fastify()
  server.setErrorHandler((error: Error & { _tag?: string }, _, reply) =>
    reply.code(STATUS[error._tag ?? ""] ?? 500).send({ error: error._tag ?? error.name, message: error.message })
  )

  // Starts a run and streams its events. The run is cancelled when the browser leaves.
  server.post<{ Body: RunConfigOfJob<typeof squares> }>("/runs", async (request, reply) => {
    const run = await launch(pointer, { home, runConfig: request.body })
    reply.raw.setHeader("location", `/runs/${run.runId}`)
    await stream(reply, run.events, () => run.cancel("the client left"))
  })
  server.get<{ Querystring: { after?: string } }>("/runs", ({ query }) =>
    runs.list({ limit: 20, after: query.after }, { home })
  )
  type OfRun = { Params: { id: string }; Body: { reason?: string } | null }
  server.get<OfRun>("/runs/:id", ({ params }) => runs.get(params.id, { home }))
  server.get<OfRun>("/runs/:id/events", async ({ params }, reply) => {
    await runs.get(params.id, { home })
    await stream(reply, runs.follow(params.id, { home }))
  })
  server.post<OfRun>("/runs/:id/cancel", async ({ body, params }) => ({
    outcome: await runs.cancel(params.id, body?.reason, { home })
  }))
  server.delete<OfRun>("/runs/:id", async ({ params }, reply) => {
    await runs.delete(params.id, { home })
    return reply.code(204).send()
  })
  return server
}
