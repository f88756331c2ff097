/**
 * Which words of a definition the product has nothing for. All of them are told at once, before anything is run.
 */
import type { Body, Call, ConfigWords, Definition, ExecutorWords, FieldsWords, JobWords } from "./Case.ts"
import type { Missing } from "./missing.ts"
import { isObject } from "./values.ts"

type Found = ReadonlyArray<Missing>
const when = (condition: boolean, word: Missing): Found => (condition ? [word] : [])

const CONTEXT: { readonly [what: string]: Missing } = {
  is_reexecution: "ctx.is_reexecution",
  has_partition_key: "ctx.partition",
  partition_key: "ctx.partition",
  partition_keys: "ctx.partition",
  partition_dims: "ctx.partition",
  partition_window: "ctx.partition",
  selected_outputs: "ctx.selected",
  selected_assets: "ctx.selected",
  selected_checks: "ctx.selected",
  asset_key: "ctx.selected",
  hook_outputs: "hook.ctx.hook_outputs"
}
const STATEMENTS: { readonly [statement: string]: Missing } = {
  yield_event: "do.yield_event",
  log_event: "do.log_event",
  raise_failure: "do.raise_failure",
  request_retry: "do.request_retry",
  add_output_metadata: "do.add_output_metadata",
  interrupt: "do.interrupt",
  mark_canceling: "do.mark_canceling",
  yield_materialize_result: "assets",
  yield_check_result: "assets"
}

/** Looks into bodies and expressions, wherever they stand. */
const inside = (words: unknown): Found => {
  if (Array.isArray(words)) return words.flatMap(inside)
  if (!isObject(words)) return []
  const statement = String(words["do"] ?? "")
  const context = String(words["$ctx"] ?? "")
  return [
    ...when(STATEMENTS[statement] !== undefined, STATEMENTS[statement]!),
    ...when(CONTEXT[context] !== undefined, CONTEXT[context]!),
    ...when(
      (statement === "yield_output" || statement === "yield_dynamic") && words["metadata"] !== undefined,
      "do.yield_output.metadata"
    ),
    ...Object.values(words).flatMap(inside)
  ]
}

const inFields = (fields: FieldsWords | undefined): Found =>
  Object.values(fields ?? {}).flatMap((field) => inConfig(field.type))

const inConfig = (words: ConfigWords | undefined): Found => {
  if (words === undefined) return []
  if (typeof words === "string") return when(words.endsWith("Source"), "config.env")
  return [
    ...when(words.aliases !== undefined, "config.aliases"),
    ...[words.shape, words.permissive, words.selector].flatMap(inFields),
    ...[words.array, words.noneable, ...(words.map ?? []), ...(words.scalar_or ?? [])].flatMap(inConfig)
  ]
}

const inExecutor = (words: ExecutorWords | undefined): Found => [
  ...when(words?.retries === "disabled", "executor.retries"),
  ...when(words?.step_dependency === "available_outputs", "executor.step_dependency"),
  ...when((words?.tag_concurrency_limits ?? []).length > 0, "executor.tag_concurrency_limits")
]

const inJob = (words: JobWords): Found => [
  ...when(words.config !== undefined, "job.config"),
  ...when(words.run_tags !== undefined, "job.run_tags"),
  ...when(words.loggers !== undefined, "job.loggers"),
  ...when(words.partitions !== undefined || words.partitioned_config !== undefined, "job.partitions"),
  ...when(words.config_mapping !== undefined, "config_mapping")
]

const usesExecutor = ({ call }: Call): boolean => call === "execute_job" || call === "reexecute"

const inCall = (call: Call): Found => [
  ...when(call.raise_on_error === true, "call.raise_on_error"),
  ...when(call.op_selection !== undefined, "call.op_selection"),
  ...when(call.asset_selection !== undefined, "call.asset_selection"),
  ...when(call.partition_key !== undefined, "call.partition_key"),
  ...when(call.mode === "steps", "call.reexecute.steps"),
  ...when(call.call === "add_dynamic_partitions", "call.add_dynamic_partitions"),
  ...when(call.call === "invoke" && call.op === undefined, "invoke.asset"),
  ...when(call.ask?.node_flags !== undefined, "result.node_flags"),
  ...when(call.ask?.node_events !== undefined, "result.node_events")
]

const logs = (body: Body): boolean =>
  body.some((s) => s.do === "log" || [s.then, s.else, s.body].some((inner) => inner !== undefined && logs(inner)))

const RULES: ReadonlyArray<(definition: Definition) => Found> = [
  (d) =>
    when(
      [d.assets, d.asset_checks, d.asset_job].some((words) => words !== undefined),
      "assets"
    ),
  (d) => when(d.instance?.pools !== undefined, "instance.pools"),
  (d) => when(Object.keys(d.input_managers ?? {}).length > 0, "in.input_manager"),
  (d) =>
    Object.values(d.types ?? {}).flatMap((type) => [
      ...when(type.loader !== undefined, "type.loader"),
      ...when(
        type.on_pass !== undefined || type.raises !== undefined || type.on_fail?.metadata !== undefined,
        "type.metadata"
      )
    ]),
  (d) =>
    Object.values(d.ops ?? {}).flatMap((op) => [
      ...when(op.pool !== undefined, "op.pool"),
      ...when(
        (op.ins ?? []).some((input) => input.default !== undefined),
        "in.default"
      ),
      ...when(
        (op.ins ?? []).some((input) => input.input_manager !== undefined),
        "in.input_manager"
      ),
      ...when(
        (op.outs ?? []).some(
          (out) => (out.io_manager ?? "io_manager") !== "io_manager" && (out.dynamic === true || out.required === false)
        ),
        "out.stored"
      ),
      ...inConfig(op.config)
    ]),
  (d) => Object.values(d.resources ?? {}).flatMap(({ config }) => inConfig(config)),
  (d) => Object.values(d.hooks ?? {}).flatMap(({ body }) => when(logs(body), "hook.log")),
  (d) => Object.values(d.graphs ?? {}).flatMap((graph) => when(graph.config_mapping !== undefined, "config_mapping")),
  (d) => (d.job === undefined ? [] : inJob(d.job)),
  (d) => (d.calls.some(usesExecutor) ? inExecutor(d.job?.executor) : []),
  (d) => d.calls.flatMap(inCall),
  (d) => inside({ ...d, calls: [] })
]

/** The words of a definition that the product has nothing for; none when it has something for all. */
export const lackingWords = (definition: Definition): ReadonlyArray<Missing> => [
  ...new Set(RULES.flatMap((rule) => rule(definition)))
]
