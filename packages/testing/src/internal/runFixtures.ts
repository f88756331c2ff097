import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import type { JobSnapshot } from "@heddle/events/JobSnapshot"
import type { RunRecord } from "@heddle/storage/RunRecord"
import type { RunSummary } from "@heddle/storage/RunSummary"
import * as Effect from "effect/Effect"

/** A new name, for stores that outlive a test. */
export const newName = Effect.sync(() => crypto.randomUUID())

export const job: JobSnapshot = {
  name: "etl",
  description: "Loads, then counts: ∑ 👍",
  graph: {
    name: "etl",
    inputs: [],
    outputs: { count: { from: "count", output: "result" } },
    nodes: [
      {
        name: "load",
        body: {
          op: {
            name: "load",
            inputs: [],
            outputs: [
              { name: "result", kind: "value", required: true, dynamic: true, portable: true, ioManager: "files" }
            ],
            resources: ["database"],
            tags: { kind: "sql" },
            retry: { _tag: "byError", policies: { Timeout: { maxRetries: 3, delayMillis: 100 }, Wrong: null } }
          }
        },
        inputs: {},
        after: [],
        tags: {},
        hooks: ["notify"]
      },
      {
        name: "count",
        body: {
          graph: {
            name: "count",
            inputs: ["rows"],
            outputs: {},
            nodes: []
          }
        },
        inputs: { rows: { many: [{ collect: "load", output: "result" }, { graphInput: "more" }] } },
        after: [{ each: "load", output: "result" }],
        tags: { team: "a" },
        hooks: []
      }
    ]
  },
  resources: ["database"],
  tags: {},
  retry: { _tag: "any", policy: { maxRetries: 1, backoff: "exponential", jitter: "full" } }
}

export const record = (runId: string, fields: Partial<RunRecord> = {}): RunRecord => ({
  runId,
  jobName: "etl",
  createdAt: 1_700_000_000_000,
  tags: {},
  runConfig: {},
  ...fields
})

export const start = (runId: string): HeddleEvent => ({
  _tag: "RUN_START",
  id: "~run~0",
  runId,
  timestamp: 1_700_000_000_100,
  executor: "inProcess",
  pid: 4711,
  host: "loom"
})

export const success = (runId: string): HeddleEvent => ({
  _tag: "RUN_SUCCESS",
  id: "~run~9",
  runId,
  timestamp: 1_700_000_000_200.5
})

export const STARTED: RunSummary = { status: "STARTED", startedAt: 1_700_000_000_100, pid: 4711, host: "loom" }
