import type { Call, CustomType, Definition, GraphWords, Json, TypeWords } from "./Case.ts"
import { outsOf } from "./graphs.ts"
import type { Completed, Outcome } from "./Outcome.ts"
import type { EventRecord } from "./projection.ts"
import type { CallRecord } from "./record.ts"
import { byCodePoint, canonical, equal, isObject } from "./values.ts"

/** A difference between a record and the expected record. */
export interface Difference {
  readonly path: string
  readonly expected: unknown
  readonly actual: unknown
}

interface ExpectedEvents {
  readonly order: "total" | "partial"
  readonly list?: ReadonlyArray<EventRecord>
  readonly run?: ReadonlyArray<EventRecord>
  readonly steps?: { readonly [step: string]: ReadonlyArray<EventRecord> }
  readonly before?: ReadonlyArray<readonly [string, string]>
}

/** Class is equal or any; message and cause count only when they are expected. */
const sameError = (expected: unknown, actual: unknown): boolean => {
  if (!isObject(expected) || !isObject(actual)) return equal(expected, actual)
  return (
    (expected["class"] === "any error" || expected["class"] === actual["class"]) &&
    (expected["message"] === undefined || equal(expected["message"], actual["message"])) &&
    (expected["cause"] === undefined || sameError(expected["cause"], actual["cause"]))
  )
}

/** Values that were asked for, of which some may have raised: which error, or any. */
const sameAsked = (expected: unknown, actual: unknown): boolean => {
  if (!isObject(expected) || !isObject(actual)) return equal(expected, actual)
  if (expected["$raised"] === "any error") return typeof actual["$raised"] === "string"
  const keys = Object.keys(expected)
  return keys.length === Object.keys(actual).length && keys.every((key) => sameAsked(expected[key], actual[key]))
}

const sameEvent = (expected: EventRecord, actual: EventRecord | undefined): boolean => {
  if (actual === undefined) return false
  const keys = new Set([...Object.keys(expected), ...Object.keys(actual)])
  return [...keys].every((key) => {
    const [left, right] = [expected[key], actual[key]]
    if (key === "error") return sameError(left, right)
    if (key === "first_failed_step" && isObject(left)) {
      return (left["one_of"] as ReadonlyArray<unknown>).includes(right)
    }
    return equal(left, right)
  })
}

/** The path of the node of a step. */
const pathOf = (step: string): string => step.split("[")[0]!

const isHook = ({ type }: EventRecord): boolean => type.startsWith("HOOK_")

/** Hook events of one step that stand next to each other are sorted by their text. */
const sortHooks = (events: ReadonlyArray<EventRecord>): ReadonlyArray<EventRecord> => {
  const sorted: Array<EventRecord> = []
  for (let i = 0; i < events.length;) {
    let end = i + 1
    if (isHook(events[i]!)) {
      while (end < events.length && isHook(events[end]!) && events[end]!.step === events[i]!.step) end++
    }
    sorted.push(...events.slice(i, end).toSorted((a, b) => byCodePoint(canonical(a), canonical(b))))
    i = end
  }
  return sorted
}

/** Tells whether a type has its own check message. */
const says = (definition: Definition, type: TypeWords | undefined): boolean => {
  if (type === undefined) return false
  if (typeof type === "string") {
    const custom: CustomType | undefined = definition.types?.[type]
    return custom?.on_pass?.description !== undefined || custom?.on_fail?.description !== undefined
  }
  if ("list" in type) return says(definition, type.list)
  return "optional" in type ? says(definition, type.optional) : type.dict.some((one) => says(definition, one))
}

/** Whether a text may be what a type of the case says; what built-in parts of a type say is not compared. */
const mayBeSaid = (definition: Definition, description: unknown): boolean =>
  Object.values(definition.types ?? {}).some((type) =>
    [type.on_pass, type.on_fail].some(
      (said) => typeof said?.description === "object" || said?.description === description
    )
  )

/** Whether the type of an event's input or output says something of its own, as far as the case declares it. */
const describes = (definition: Definition, call: Call, event: EventRecord): boolean => {
  const find = (graph: GraphWords | undefined, path: ReadonlyArray<string>): boolean => {
    const node = graph?.nodes.find(({ name }) => name === path[0])
    if (node === undefined) return false
    if (node.op === undefined) return find(definition.graphs?.[node.graph!], path.slice(1))
    const op = definition.ops![node.op]!
    return says(
      definition,
      event.type === "STEP_INPUT"
        ? op.ins?.find(({ name }) => name === event["input"])?.type
        : outsOf(op).find(({ name }) => name === event["output"])?.type
    )
  }
  const target = call.target?.startsWith("graph:") === true ? definition.graphs?.[call.target.slice(6)] : definition.job
  return find(target, event.step!.split("[")[0]!.split("."))
}

/** Events about reaching a body: what a run over processes tells of them cannot be in the record of a run in one. */
const isOfReaching = ({ type }: EventRecord): boolean =>
  type.startsWith("RESOURCE_INIT_") || type.startsWith("STEP_WORKER_")

/** Removes the parts that are not compared, on both sides. */
const normal = (
  all: ReadonlyArray<EventRecord>,
  definition: Definition,
  call: Call,
  { elsewhere, moved }: Pick<Completed, "elsewhere" | "moved">
): ReadonlyArray<EventRecord> => {
  const events = moved ? all.filter((event) => !isOfReaching(event)) : all
  return sortHooks(
    events.map((event) => {
      let record = event
      if (!elsewhere && (event.type.startsWith("RESOURCE_INIT_") || event.type === "ENGINE_EVENT")) {
        const { step: _, ...rest } = record
        record = rest as EventRecord
      }
      const check = record["type_check"]
      if (
        isObject(check) &&
        check["description"] !== undefined &&
        !(describes(definition, call, record) && mayBeSaid(definition, check["description"]))
      ) {
        const { description: _, ...rest } = check
        record = { ...record, type_check: rest }
      }
      return record
    })
  )
}

const ENDS = new Set(["STEP_SUCCESS", "STEP_FAILURE", "STEP_SKIPPED"])

const grouped = (events: ReadonlyArray<EventRecord>) => {
  const run: Array<EventRecord> = []
  const steps: Record<string, Array<EventRecord>> = {}
  for (const event of events) {
    if (event.step === undefined) run.push(event)
    else (steps[event.step] ??= []).push(event)
  }
  return { run, steps }
}

/** The partial order of a sequential run that a concurrent run must keep. */
export const loosened = (
  list: ReadonlyArray<EventRecord>,
  upstream: { readonly [nodePath: string]: ReadonlyArray<string> }
): ExpectedEvents => {
  const { run, steps } = grouped(list)
  const keyOf = (step: string) => step.split("[")[1]
  const failed = Object.keys(steps).filter((step) => steps[step]!.some(({ type }) => type === "STEP_FAILURE"))
  const before = Object.keys(steps).flatMap((step) =>
    Object.keys(steps)
      .filter((other) => upstream[pathOf(step)]?.includes(pathOf(other)) === true)
      // A mapped step waits for the one of its own key.
      .filter((other) => keyOf(other) === undefined || keyOf(step) === undefined || keyOf(other) === keyOf(step))
      .filter(() => steps[step]!.some(({ type }) => type === "STEP_START"))
      .map((other) => [other, step] as const)
  )
  return {
    order: "partial",
    run: run.map((event) =>
      "first_failed_step" in event ? { ...event, first_failed_step: { one_of: failed } } : event
    ),
    steps,
    before
  }
}

const compareList = (
  path: string,
  expected: ReadonlyArray<EventRecord>,
  actual: ReadonlyArray<EventRecord>
): ReadonlyArray<Difference> => {
  const differences: Array<Difference> = []
  for (let i = 0; i < Math.max(expected.length, actual.length); i++) {
    if (expected[i] !== undefined && sameEvent(expected[i]!, actual[i])) continue
    differences.push({ path: `${path}[${i}]`, expected: expected[i], actual: actual[i] })
    // Lines after the first difference are shifted by it.
    if (expected.length !== actual.length && differences.length >= 2) break
  }
  return differences
}

const comparePartial = (expected: ExpectedEvents, actual: ReadonlyArray<EventRecord>): ReadonlyArray<Difference> => {
  const { run, steps } = grouped(actual)
  const differences = [...compareList("events.run", expected.run ?? [], run)]
  const wanted = Object.keys(expected.steps ?? {}).toSorted(byCodePoint)
  const found = Object.keys(steps).toSorted(byCodePoint)
  if (!equal(wanted, found)) differences.push({ path: "events.steps", expected: wanted, actual: found })
  for (const step of wanted) {
    if (steps[step] !== undefined) {
      differences.push(
        ...compareList(`events.steps.${step}`, sortHooks(expected.steps![step]!), sortHooks(steps[step]))
      )
    }
  }
  for (const [a, b] of expected.before ?? []) {
    const end = actual.findIndex(({ step, type }) => step === a && ENDS.has(type))
    const start = actual.findIndex(({ step }) => step === b)
    if (end === -1 || start === -1 || end > start) {
      differences.push({ path: "events.before", expected: `${a} before ${b}`, actual: { end, start } })
    }
  }
  const [first, last] = [actual[0], actual.at(-1)]
  if (first?.type !== "RUN_START") differences.push({ path: "events[0]", expected: "RUN_START", actual: first })
  if (last === undefined || !/^RUN_(SUCCESS|FAILURE|CANCELED)$/.test(last.type)) {
    differences.push({ path: "events[-1]", expected: "the end of the run", actual: last })
  }
  return differences
}

/** At most one step of a group is open at a time. */
const compareTogether = (
  groups: Call["never_together"],
  actual: ReadonlyArray<EventRecord>
): ReadonlyArray<Difference> =>
  (groups ?? []).flatMap((group) => {
    const open = new Set<string>()
    for (const { step, type } of actual) {
      if (step === undefined || !group.includes(step)) continue
      if (type === "STEP_WORKER_STARTING" || type === "STEP_START") open.add(step)
      if (ENDS.has(type) || type === "STEP_UP_FOR_RETRY") open.delete(step)
      if (open.size > 1) return [{ path: "events", expected: `never together: ${group.join(", ")}`, actual: [...open] }]
    }
    return []
  })

const COMPLETED = [
  "success",
  "run_status",
  "steps",
  "outputs",
  "job_outputs",
  "node_outputs",
  "asset_values",
  "node_flags",
  "failed_step_keys",
  "node_events",
  "run_tags",
  "lineage",
  "planned",
  "log"
]
const COMPARED: { readonly [outcome: string]: ReadonlyArray<string> } = {
  completed: COMPLETED,
  raised: [],
  invalid_config: [],
  resolved: ["resolved"],
  invoked: ["returned", "yielded"],
  done: []
}

/** The values of outputs, but for those of steps that failed: they were not stored, so only the process of the body had them. */
const stored = (values: unknown, steps: unknown): unknown => {
  if (!isObject(values) || !isObject(steps)) return values
  const failed = (steps["failed"] as ReadonlyArray<string>).map(pathOf)
  return Object.fromEntries(Object.entries(values).filter(([node]) => !failed.includes(node)))
}

const multiset = (errors: unknown): ReadonlyArray<string> =>
  (errors as ReadonlyArray<unknown>).map(canonical).toSorted(byCodePoint)

/** What the comparison needs to know about a call. */
export interface Comparison {
  readonly definition: Definition
  readonly call: Call
  readonly outcome: Outcome
  readonly trace: ReadonlyArray<unknown>
  /** Whether steps ran concurrently while the record is from a sequential run. */
  readonly concurrently: boolean
}

/** The differences between a record and the expected record, or none. */
export const compare = (
  expected: { readonly [key: string]: Json },
  actual: CallRecord,
  { call, concurrently, definition, outcome, trace }: Comparison
): ReadonlyArray<Difference> => {
  if (expected["outcome"] !== actual["outcome"]) {
    return [
      { path: "outcome", expected: expected["outcome"], actual: actual["outcome"] },
      { path: "", expected: brief(expected), actual: brief(actual) }
    ]
  }
  const differences: Array<Difference> = []
  const elsewhere = outcome.outcome === "completed" && outcome.elsewhere
  const moved = outcome.outcome === "completed" && outcome.moved
  const loosely = concurrently || moved
  if (expected["events"] !== undefined && outcome.outcome === "completed") {
    const wanted = expected["events"] as unknown as ExpectedEvents
    const events = normal(actual["events"] as ReadonlyArray<EventRecord>, definition, call, outcome)
    if (wanted.order === "total") {
      const list = normal(wanted.list ?? [], definition, call, outcome)
      differences.push(
        ...(loosely ? comparePartial(loosened(list, outcome.upstream), events) : compareList("events", list, events))
      )
    } else {
      const normalized = {
        ...wanted,
        run: normal(wanted.run ?? [], definition, call, outcome),
        steps: Object.fromEntries(
          Object.entries(wanted.steps ?? {}).map(([step, list]) => [step, normal(list, definition, call, outcome)])
        )
      }
      differences.push(...comparePartial(normalized, events))
    }
    differences.push(...compareTogether(call.never_together, events))
  }
  if (expected["error"] !== undefined && !sameError(expected["error"], actual["error"])) {
    differences.push({ path: "error", expected: expected["error"], actual: actual["error"] })
  }
  if (expected["errors"] !== undefined) {
    const [wanted, found] = [multiset(expected["errors"]), multiset(actual["errors"])]
    if (!equal(wanted, found)) {
      differences.push({
        path: "errors",
        expected: wanted.filter((one) => !found.includes(one)),
        actual: found.filter((one) => !wanted.includes(one))
      })
    }
  }
  for (const key of COMPARED[String(expected["outcome"])] ?? []) {
    if (expected[key] === undefined) continue
    const [wanted, found] = [expected, actual].map((record) =>
      key === "outputs" && moved ? stored(record[key], expected["steps"]) : record[key]
    )
    if (!sameAsked(wanted, found)) differences.push({ path: key, expected: wanted, actual: found })
  }
  if (!elsewhere) {
    const wanted = (expected["trace"] ?? []) as ReadonlyArray<unknown>
    const same = loosely ? equal(multiset(wanted), multiset(trace)) : equal(wanted, trace)
    if (!same) differences.push({ path: "trace", expected: wanted, actual: trace })
  }
  return differences
}

/** A record without its long parts. */
const brief = (record: CallRecord): CallRecord => {
  const { events: _, info: __, ...rest } = record
  return rest
}
