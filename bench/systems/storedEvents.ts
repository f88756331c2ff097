import type { HeddleEvent } from "@heddle/events/HeddleEvent"

/** The run that the events are of. */
export const runId = "6f1d3c1e-8a52-4b0e-9d0c-0a3c8f6f2b11"

const event = (n: number): HeddleEvent => {
  const stepKey = `load_${Math.trunc(n / 4)}`
  const of = { id: `${stepKey}~1~${n % 4}`, runId, timestamp: 1_700_000_000_000 + n, stepKey, attempt: 1 }
  switch (n % 4) {
    case 0:
      return { ...of, _tag: "STEP_START" }
    case 1:
      return {
        ...of,
        _tag: "STEP_OUTPUT",
        output: "result",
        metadata: { rows: { _tag: "int", value: n }, table: { _tag: "text", value: "flights_of_the_day" } }
      }
    case 2:
      return {
        ...of,
        _tag: "HANDLED_OUTPUT",
        output: "result",
        ioManager: "ioManager",
        metadata: { path: { _tag: "path", value: `/var/lib/heddle/storage/${runId}/${stepKey}/result` } }
      }
    default:
      return { ...of, _tag: "STEP_SUCCESS", durationMillis: 12.5 }
  }
}

/** So many events of about 230 bytes, as steps would send them, in batches. */
export const storedEvents = (count: number, batch: number): ReadonlyArray<ReadonlyArray<HeddleEvent>> =>
  Array.from({ length: Math.ceil(count / batch) }, (_, i) =>
    Array.from({ length: Math.min(batch, count - i * batch) }, (_, k) => event(i * batch + k))
  )
