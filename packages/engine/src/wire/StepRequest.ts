import { AssetVersion } from "@heddle/events/AssetVersion"
import { RetrySnapshot } from "@heddle/events/RetrySnapshot"
import * as Schema from "effect/Schema"
import * as SchemaTransformation from "effect/SchemaTransformation"
import { RetryMode } from "../plan/RetryDecision.ts"
import { withoutRedacted } from "./withoutRedacted.ts"

const Names = Schema.Array(Schema.String)

const valueRef = Schema.Struct({
  stepKey: Schema.String,
  output: Schema.String,
  /** Mapping keys of the value, outermost first: those of its step, then its own. Absent where the output is not dynamic. */
  mappingKeys: Schema.optionalKey(Names),
  /** The run that gave it, when that is an ancestor of this one. */
  runId: Schema.optionalKey(Schema.String)
})

/** Names one value that an earlier step has given. */
export interface ValueRef extends Schema.Schema.Type<typeof valueRef> {}

/** Where one input's value is to be taken from. */
export type InputRequest =
  | { readonly _tag: "Value"; readonly ref: ValueRef }
  | { readonly _tag: "List"; readonly items: ReadonlyArray<InputRequest> }
  | { readonly _tag: "JobInput"; readonly input: string }
  | { readonly _tag: "Asset"; readonly asset: string }
  | { readonly _tag: "Config"; readonly node: ReadonlyArray<string>; readonly input: string }

const inputRequest: Schema.Codec<InputRequest> = Schema.Union([
  Schema.TaggedStruct("Value", { ref: valueRef }),
  Schema.TaggedStruct("List", { items: Schema.Array(Schema.suspend(() => inputRequest)) }),
  Schema.TaggedStruct("JobInput", { input: Schema.String }),
  Schema.TaggedStruct("Asset", { asset: Schema.String }),
  Schema.TaggedStruct("Config", { node: Names, input: Schema.String })
])

const stepRequest = Schema.Struct({
  stepKey: Schema.String,
  nodePath: Schema.String,
  /** Mapping keys of a mapped step, outermost first. */
  mappingKeys: Schema.optionalKey(Names),
  /** Number of the attempt, from 1. */
  attempt: Schema.Int.check(Schema.isGreaterThan(0)),
  inputs: Schema.Array(Schema.Struct({ name: Schema.String, from: inputRequest })),
  retry: Schema.optionalKey(RetrySnapshot.schema),
  /** What is known of the assets that the step makes, checks and depends on, by text key. */
  assets: Schema.optionalKey(Schema.Record(Schema.String, AssetVersion.schema))
})

/**
 * Asks for one attempt of one step: the contract between the half that decides and the half that runs bodies. It holds
 * only data and no values, so that it is the same inside a process and between two.
 *
 * @since 0.1.0
 */
export interface StepRequest extends Schema.Schema.Type<typeof stepRequest> {}

/**
 * Schema of step requests, for executors that send them to another process. They are plain JSON.
 *
 * @since 0.1.0
 */
export const StepRequest = { schema: stepRequest satisfies Schema.Codec<StepRequest> }

/** Run config on its way to another process, where nothing is `Redacted`. */
const runConfig = Schema.Unknown.pipe(
  Schema.decodeTo(
    Schema.Unknown,
    SchemaTransformation.transform({ decode: (config: unknown) => config, encode: withoutRedacted })
  )
)

const runRequest = Schema.Struct({
  runId: Schema.String,
  jobName: Schema.String,
  /** Run config as it was given, with its secrets: the steps need them. */
  runConfig: Schema.optionalKey(runConfig),
  /** Run config without its secrets, as bodies and people see it; `runConfig` itself if it has no secrets. */
  shownRunConfig: Schema.optionalKey(Schema.Unknown),
  /**
   * The defaults of job inputs that nothing else gives, in their JSON form. They are made once for the run; for bodies in the
   * process that made them they are at hand without it.
   */
  inputDefaults: Schema.optionalKey(Schema.Record(Schema.String, Schema.Unknown)),
  tags: Schema.Record(Schema.String, Schema.String),
  /** Keys of the partitions that the run is for, if it is for a range of them. */
  partitionKeys: Schema.optionalKey(Names),
  /**
   * When the run looked at the partitions that exist, in milliseconds since the epoch, and the keys of dynamic ones by their
   * name. It is there if the job knows partitions.
   */
  partitionMoment: Schema.optionalKey(
    Schema.Struct({ now: Schema.Finite, dynamic: Schema.optionalKey(Schema.Record(Schema.String, Names)) })
  ),
  /** The run that this one goes on from, and the first of their chain. */
  parentRunId: Schema.optionalKey(Schema.String),
  rootRunId: Schema.optionalKey(Schema.String),
  /** Whether failed attempts are retried; by default they are. */
  retries: Schema.optionalKey(RetryMode.schema),
  /** For a job of assets: the assets and checks that were selected; by default those of the job. */
  assetSelection: Schema.optionalKey(Schema.Struct({ assets: Names, checks: Names })),
  /** Node paths of the ops and graphs that were selected; by default the whole job. */
  selection: Schema.optionalKey(Names),
  /** Node paths of the steps that the run may execute, where it takes over others; all of them without it. */
  executes: Schema.optionalKey(Names),
  /** Whether the first failure of a step ends the run. */
  raiseOnError: Schema.optionalKey(Schema.Boolean),
  /** Key of the step, when the run executes only one. */
  onlyStep: Schema.optionalKey(Schema.String),
  /** How many steps wait for no other, so that they start together if they may. */
  firstSteps: Schema.optionalKey(Schema.Int)
})

/**
 * What the half that runs bodies is told of a run once, before its first step.
 *
 * @since 0.1.0
 */
export interface RunRequest extends Schema.Schema.Type<typeof runRequest> {}

/**
 * Schema of run requests, for executors that send them to another process: encoded, they are plain JSON, in which secrets of the
 * run config stand as they are.
 *
 * @since 0.1.0
 */
export const RunRequest = { schema: runRequest satisfies Schema.Codec<RunRequest, unknown> }
