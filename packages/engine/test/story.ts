import type { HeddleEvent, HeddleEventOf, HeddleEventType } from "@heddle/events/HeddleEvent"
import type { GraphSnapshot, JobSnapshot, NodeSnapshot, OutputSnapshot, Wire } from "@heddle/events/JobSnapshot"
import type { TagLimit } from "@heddle/events/TagLimit"
import { makePlan } from "@heddle/engine/plan/makePlan"
import type { Command } from "@heddle/engine/machine/Command"
import { RunMachine } from "@heddle/engine/machine/RunMachine"
import { assert } from "@effect/vitest"

/**
 * A node written short: its wires, and its outputs as `name`, `name?` for an optional, `name*` for a dynamic one, or `name!`
 * for one without a value.
 */
export interface ShortNode {
  readonly in?: { readonly [input: string]: Wire }
  readonly out?: ReadonlyArray<string>
  readonly after?: ReadonlyArray<Wire>
  readonly tags?: { readonly [key: string]: string }
  readonly pool?: string
}

const output = (text: string): OutputSnapshot => ({
  name: text.replace(/[?*!]$/, ""),
  kind: text.endsWith("!") ? "nothing" : "value",
  required: !text.endsWith("?"),
  dynamic: text.endsWith("*"),
  portable: true
})

/** The snapshot of a job whose nodes are written short. */
export const job = (nodes: { readonly [name: string]: ShortNode }): JobSnapshot => {
  const graph: GraphSnapshot = {
    name: "job",
    inputs: [],
    outputs: {},
    nodes: Object.entries(nodes).map(([name, node]): NodeSnapshot => ({
      name,
      body: {
        op: {
          name,
          inputs: Object.keys(node.in ?? {}).map((input) => ({ name: input, kind: "value", hasDefault: false })),
          outputs: (node.out ?? ["result"]).map(output),
          tags: {},
          ...(node.pool === undefined ? {} : { pool: node.pool })
        }
      },
      inputs: node.in ?? {},
      after: node.after ?? [],
      tags: node.tags ?? {},
      hooks: []
    }))
  }
  return { name: "job", graph, resources: [], tags: {} }
}

/** One value of a node's output `result`. */
export const from = (node: string, out = "result"): Wire => ({ from: node, output: out })
export const each = (node: string, out = "result"): Wire => ({ each: node, output: out })
export const collect = (node: string, out = "result"): Wire => ({ collect: node, output: out })

type Told<T extends HeddleEventType> = Partial<Omit<HeddleEventOf<T>, "_tag">>

let count = 0
const event = <T extends HeddleEventType>(_tag: T, told: Told<T>): HeddleEvent =>
  ({ _tag, id: String(count++), runId: "run", timestamp: 0, ...told }) as unknown as HeddleEvent

const error = { name: "Error", message: "no" }

/** The events of a story, in the words of a test. */
export const Told = {
  RunStarted: event("RUN_START", { executor: "test", pid: 1, host: "here" }),
  RunStartedToRaise: event("RUN_START", { executor: "test", pid: 1, host: "here", raiseOnError: true }),
  ExecutorReady: (maxConcurrent: number, limits: ReadonlyArray<TagLimit> = [], requireUpstreamStepSuccess = true) =>
    event("EXECUTOR_READY", {
      executor: "test",
      maxConcurrent,
      limits,
      ...(requireUpstreamStepSuccess ? {} : { requireUpstreamStepSuccess })
    }),
  StepOutput: (stepKey: string, out = "result", mappingKey?: string, attempt = 1) =>
    event("STEP_OUTPUT", {
      stepKey,
      attempt,
      output: out,
      ...(mappingKey === undefined ? {} : { mappingKeys: [mappingKey] })
    }),
  OutputHandled: (stepKey: string, out = "result", mappingKey?: string, attempt = 1) =>
    event("HANDLED_OUTPUT", {
      stepKey,
      attempt,
      output: out,
      ioManager: "io",
      ...(mappingKey === undefined ? {} : { mappingKeys: [mappingKey] })
    }),
  StepSucceeded: (stepKey: string, attempt = 1, hooks: ReadonlyArray<string> = []) =>
    event("STEP_SUCCESS", { stepKey, attempt, durationMillis: 1, hooks }),
  StepFailed: (stepKey: string, attempt = 1, hooks: ReadonlyArray<string> = []) =>
    event("STEP_FAILURE", { stepKey, attempt, error, source: "USER_CODE_ERROR", hooks }),
  HookCompleted: (stepKey: string, hook: string, attempt = 1) => event("HOOK_COMPLETED", { stepKey, attempt, hook }),
  StepInterrupted: (stepKey: string, attempt = 1) =>
    event("STEP_FAILURE", { stepKey, attempt, error, source: "INTERRUPT" }),
  StepUpForRetry: (stepKey: string, waitMillis = 0, attempt = 1) =>
    event("STEP_UP_FOR_RETRY", { stepKey, attempt, error, source: "USER_CODE_ERROR", waitMillis }),
  PoolClaimed: (stepKey: string, pool = "db", attempt = 1) => event("POOL_CLAIMED", { stepKey, attempt, pool }),
  PoolBlocked: (stepKey: string, pool = "db", attempt = 1) =>
    event("ENGINE_EVENT", { stepKey, message: "Blocked", blocked: { attempt, pool } }),
  RetryDue: (stepKey: string, attempt = 1) => event("STEP_RETRY_DUE", { stepKey, attempt }),
  ResourceFailed: event("RESOURCE_INIT_FAILURE", { resource: "db", error }),
  StepCrashed: (stepKey: string, attempt = 1) =>
    event("STEP_FAILURE", { stepKey, attempt, error, source: "FRAMEWORK_ERROR", crashed: true }),
  RunInterrupted: event("ENGINE_EVENT", { message: "The process received SIGINT", interrupted: true }),
  CancelAsked: event("RUN_CANCELING", {})
}

/** What commands want, in a word each: `launch a`, `skip b`, `terminate c`, `await d`, `RUN_SUCCESS`. */
export const words = (commands: ReadonlyArray<Command>): ReadonlyArray<string> =>
  commands.flatMap((command) => {
    switch (command._tag) {
      case "LaunchStep":
        return [`launch ${command.request.stepKey}`]
      case "TerminateStep":
        return [`terminate ${command.stepKey}`]
      case "AwaitRetry":
        return [`await ${command.stepKey}`]
      case "ClaimPool":
        return [`claim ${command.pool} for ${command.stepKey}`]
      case "ReleasePool":
        return [`release ${command.pool} of ${command.stepKey}`]
      case "Record":
        return command.events.map((recorded) =>
          recorded._tag === "STEP_SKIPPED" ? `skip ${recorded.stepKey}` : recorded._tag
        )
    }
  })

/**
 * Tells a story: given a job and what has happened, when more happens, then these commands follow.
 *
 * `RunStarted` and `ExecutorReady` are told first by themselves.
 */
export const given = (
  snapshot: JobSnapshot,
  maxConcurrent = 100,
  limits: ReadonlyArray<TagLimit> = [],
  requireUpstreamStepSuccess = true
) => {
  const machine = new RunMachine(makePlan(snapshot))
  let commands: ReadonlyArray<Command> = []
  const tell = (events: ReadonlyArray<HeddleEvent>) => {
    const all: Array<Command> = []
    for (const told of events) all.push(...machine.handle(told))
    commands = all
  }
  tell([Told.RunStarted, Told.ExecutorReady(maxConcurrent, limits, requireUpstreamStepSuccess)])
  const story = {
    when: (...events: ReadonlyArray<HeddleEvent>) => {
      tell(events)
      return story
    },
    thenWants: (...expected: ReadonlyArray<string>) => {
      assert.deepStrictEqual(words(commands), expected)
      return story
    },
    thenWantsInAnyOrder: (...expected: ReadonlyArray<string>) => {
      assert.sameMembers([...words(commands)], [...expected])
      return story
    },
    request: (stepKey: string) => {
      for (const command of commands) {
        if (command._tag === "LaunchStep" && command.request.stepKey === stepKey) return command.request
      }
      throw new Error(`"${stepKey}" was not launched`)
    },
    get state() {
      return machine.snapshot()
    }
  }
  return story
}
