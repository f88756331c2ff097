import { JobLocation } from "@heddle/engine/executor/JobLocation"
import { RunRequest } from "@heddle/engine/wire/StepRequest"
import { ErrorInfo } from "@heddle/events/ErrorInfo"
import { HeddleEvent } from "@heddle/events/HeddleEvent"
import { Schema } from "effect"
import type { IncomingMessage } from "node:http"

/** What a worker is told first: `POST /open`. */
export const Open = Schema.Struct({
  location: JobLocation.schema,
  request: RunRequest.schema,
  /** Folder of the values that pass between steps. */
  values: Schema.String,
  /** Name of the worker; part of the ids of its events. */
  worker: Schema.String,
  /** Where it sends its events. */
  callback: Schema.String
})
export type Open = typeof Open.Type

/**
 * Events of a worker: `POST /events`. The worker sends a batch again until it is answered, so the executor may get it twice:
 * the number tells.
 */
export const Batch = Schema.Struct({
  worker: Schema.String,
  seq: Schema.Int,
  events: Schema.Array(HeddleEvent.schema)
})

/** What a worker answers when the job cannot be opened. */
export const NotOpened = Schema.Struct({ error: ErrorInfo.schema })

/** An attempt of a step: `POST /launch` has the whole request, `POST /terminate` and `POST /health` only this. */
export const Attempt = Schema.Struct({ stepKey: Schema.String, attempt: Schema.Int })
export type Attempt = typeof Attempt.Type

/** What a worker answers to `POST /health`. */
export const Health = Schema.Struct({ running: Schema.Boolean })

/** A message that the other side does not take. */
class Refused extends Error {}

/** The JSON body of a message. */
export const bodyOf = async (message: IncomingMessage): Promise<unknown> => {
  const chunks: Array<Buffer> = []
  for await (const chunk of message) chunks.push(chunk as Buffer)
  return JSON.parse(Buffer.concat(chunks).toString("utf8") || "null")
}

/**
 * Sends a message and gives the answer; sends it again when the connection breaks, and gives up after some tries. A message
 * that is refused is not sent again.
 */
export const post = async (url: string, body: unknown, tries = 5): Promise<Response> => {
  for (let i = 1; ; i++) {
    try {
      const answer = await fetch(url, { method: "POST", body: JSON.stringify(body) })
      if (answer.ok) return answer
      throw new Refused(`${url} refused a message: ${answer.status} ${await answer.text()}`)
    } catch (error) {
      if (error instanceof Refused || i >= tries) throw error
      await new Promise((resolve) => setTimeout(resolve, 20 * 2 ** i))
    }
  }
}
