/**
 * The format of cases. An unknown key or choice makes a case unsupported before it runs.
 */

/** Reports unknown keys and choices. */
type Check = (value: unknown, at: string, unknown: (word: string) => void) => void

type Object_ = { readonly [key: string]: unknown }
const isObject = (value: unknown): value is Object_ =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const literal: Check = () => {}
const kind =
  (...kinds: ReadonlyArray<string>): Check =>
  (value, at, unknown) => {
    if (!kinds.includes(typeof value)) unknown(`${at} = ${JSON.stringify(value)}`)
  }
const text = kind("string")
const number = kind("number")
const bool = kind("boolean")
const word =
  (...words: ReadonlyArray<string>): Check =>
  (value, at, unknown) => {
    if (typeof value !== "string" || !words.includes(value)) unknown(`${at} "${String(value)}"`)
  }
const list =
  (element: Check): Check =>
  (value, at, unknown) => {
    if (!Array.isArray(value)) return unknown(`${at} = ${JSON.stringify(value)}`)
    for (const one of value) element(one, at, unknown)
  }
const tuple =
  (...elements: ReadonlyArray<Check>): Check =>
  (value, at, unknown) => {
    if (!Array.isArray(value) || value.length !== elements.length) return unknown(`${at} = ${JSON.stringify(value)}`)
    elements.forEach((element, i) => element(value[i], at, unknown))
  }
const map =
  (element: Check): Check =>
  (value, at, unknown) => {
    if (!isObject(value)) return unknown(`${at} = ${JSON.stringify(value)}`)
    for (const [key, one] of Object.entries(value)) element(one, `${at}.${key}`, unknown)
  }
const object =
  (keys: { readonly [key: string]: Check }): Check =>
  (value, at, unknown) => {
    if (!isObject(value)) return unknown(`${at} = ${JSON.stringify(value)}`)
    for (const [key, one] of Object.entries(value)) {
      const check = Object.hasOwn(keys, key) ? keys[key] : undefined
      if (check === undefined) unknown(`${at}.${key}`)
      else check(one, `${at}.${key}`, unknown)
    }
  }
/** Exactly one of the keys, which decides the kind. */
const choice =
  (keys: { readonly [key: string]: Check }, others: { readonly [key: string]: Check } = {}): Check =>
  (value, at, unknown) => {
    if (!isObject(value) || Object.keys(value).filter((key) => Object.hasOwn(keys, key)).length !== 1) {
      return unknown(isObject(value) ? `${at}.${Object.keys(value).join("+")}` : `${at} = ${JSON.stringify(value)}`)
    }
    object({ ...keys, ...others })(value, at, unknown)
  }
/** The value of `key` decides which other keys are allowed. */
const tagged =
  (
    key: string,
    tags: { readonly [tag: string]: { readonly [key: string]: Check } },
    others: { readonly [key: string]: Check } = {}
  ): Check =>
  (value, at, unknown) => {
    if (!isObject(value)) return unknown(`${at} = ${JSON.stringify(value)}`)
    const tag = value[key]
    const keys = typeof tag === "string" && Object.hasOwn(tags, tag) ? tags[tag] : undefined
    if (keys === undefined) return unknown(`${at}.${key} "${String(tag)}"`)
    object({ [key]: text, ...keys, ...others })(value, `${at}.${String(tag)}`, unknown)
  }
const either =
  (first: (value: unknown) => boolean, then: Check, otherwise: Check): Check =>
  (value, at, unknown) =>
    first(value) ? then(value, at, unknown) : otherwise(value, at, unknown)
const isText = (value: unknown): boolean => typeof value === "string"

// ---------------------------------------------------------------- expressions
const CONTEXT = [
  "attempt",
  "is_reexecution",
  "mapping_key",
  "node_name",
  "node_path",
  "step_key",
  "job_name",
  "has_partition_key",
  "partition_key",
  "partition_keys",
  "partition_dims",
  "partition_window",
  "asset_key",
  "selected_outputs",
  "selected_assets",
  "selected_checks",
  "hook_outputs",
  "hook_error",
  "output_name",
  "input_name",
  "upstream_step",
  "upstream_output"
]
const expression: Check = (value, at, unknown) => {
  if (Array.isArray(value)) {
    for (const one of value) expression(one, at, unknown)
    return
  }
  if (!isObject(value)) return
  const keys = Object.keys(value)
  if (keys.length === 1 && keys[0]!.startsWith("$")) {
    const operator = Object.hasOwn(OPERATORS, keys[0]!) ? OPERATORS[keys[0]!] : undefined
    if (operator === undefined) unknown(`${at} ${keys[0]}`)
    else operator(value[keys[0]!], `${at} ${keys[0]}`, unknown)
    return
  }
  for (const key of keys) expression(value[key], at, unknown)
}
const pair = tuple(expression, expression)
const path = list(kind("string", "number"))
const OPERATORS: { readonly [operator: string]: Check } = {
  $in: text,
  $config: path,
  $resource: path,
  $var: text,
  $tag: text,
  $add: list(expression),
  $mul: list(expression),
  $sum: expression,
  $len: expression,
  $sort: expression,
  $keys: expression,
  $values: expression,
  $get: pair,
  $range: expression,
  $concat: list(expression),
  $eq: pair,
  $lt: pair,
  $not: expression,
  $contains: pair,
  $ctx: word(...CONTEXT)
}

// ---------------------------------------------------------------- bodies
const assetKey = list(text)
const metadata = map(
  choice({
    int: expression,
    float: expression,
    text: expression,
    bool: expression,
    url: expression,
    md: expression,
    json: expression,
    path: expression,
    null: expression,
    asset: assetKey
  })
)
const event = tagged("kind", {
  materialization: { asset: assetKey, description: expression, metadata, partition: expression },
  observation: { asset: assetKey, description: expression, metadata, partition: expression },
  expectation: { success: expression, label: expression, description: expression, metadata }
})
const checkResult = {
  passed: expression,
  severity: word("ERROR", "WARN"),
  description: expression,
  metadata,
  asset: assetKey,
  check: text
}
const body: Check = (value, at, unknown) => list(statement)(value, at, unknown)
const statement = tagged("do", {
  return: { value: expression },
  return_outputs: { values: list(expression) },
  return_dynamic: { items: list(object({ key: expression, value: expression })) },
  yield_output: { value: expression, output: text, metadata },
  yield_dynamic: { key: expression, value: expression, output: text, metadata },
  yield_event: { event },
  log_event: { event },
  yield_materialize_result: {
    asset: assetKey,
    value: expression,
    metadata,
    checks: list(object(checkResult)),
    tags: expression,
    data_version: expression
  },
  yield_check_result: checkResult,
  raise: { error: text, message: expression },
  raise_failure: { description: expression, metadata, allow_retries: bool },
  request_retry: { max_retries: number, seconds: number },
  // oxlint-disable-next-line no-thenable -- the word of the cases
  if: { cond: expression, then: body, else: body },
  for_each: { over: expression, var: text, body },
  log: { level: word("debug", "info", "warning", "error", "critical"), message: expression },
  trace: { value: expression },
  add_output_metadata: { metadata, output: text },
  sleep: { seconds: number },
  exit_process: { code: number },
  interrupt: {},
  mark_canceling: {}
})

// ---------------------------------------------------------------- config and types
const config: Check = (value, at, unknown) =>
  either(
    isText,
    word("Int", "Float", "String", "Bool", "Any", "StringSource", "IntSource", "BoolSource"),
    choice(
      {
        shape: map(field),
        permissive: map(field),
        selector: map(field),
        array: config,
        map: tuple(config, config),
        noneable: config,
        enum: text,
        scalar_or: tuple(config, config)
      },
      { aliases: map(text), values: list(text) }
    )
  )(value, at, unknown)
const field = object({ type: config, default: literal, required: bool })
const predicate: Check = (value, at, unknown) =>
  choice({
    always: bool,
    is: word("int", "string", "list", "object"),
    ge: number,
    le: number,
    max_length: number,
    all: list(predicate)
  })(value, at, unknown)
const found = object({ description: expression, metadata })

// ---------------------------------------------------------------- ops and graphs
const retryPolicy = object({ max_retries: number, delay: number, backoff: word("linear", "exponential") })
const tags = map(text)

/** The names of types that a definition brings. */
const typeOf = (names: ReadonlyArray<string>): Check => {
  const type: Check = (value, at, unknown) =>
    either(
      isText,
      word("Any", "Int", "Float", "String", "Bool", "Nothing", ...names),
      choice({ list: type, optional: type, dict: tuple(type, type) })
    )(value, at, unknown)
  return type
}
const wire: Check = (value, at, unknown) => {
  const wires: Check = choice(
    { from: text, each: text, collect: text, many: list(wire), graph_in: text },
    { out: text }
  )
  wires(value, at, unknown)
}
const node = object({
  name: text,
  op: text,
  graph: text,
  in: map(wire),
  tags,
  hooks: list(text),
  retry_policy: retryPolicy
})
const graph = {
  ins: list(text),
  nodes: list(node),
  outs: map(wire),
  config_mapping: object({ config, to: expression })
}
const resourceMap = map(either(isText, text, object({ value: literal })))
const executor = object({
  kind: word("in_process", "multiprocess"),
  max_concurrent: number,
  retries: word("enabled", "disabled"),
  tag_concurrency_limits: list(
    object({ key: text, value: either(isText, text, object({ applyLimitPerUniqueValue: bool })), limit: number })
  ),
  step_dependency: word("all_upstream_steps", "available_outputs")
})

// ---------------------------------------------------------------- assets
const partitionMapping = tagged("kind", {
  identity: {},
  all: {},
  last: {},
  specific: { keys: list(text) },
  static: { map: map(literal) },
  time_window: { start_offset: number, end_offset: number, allow_missing: bool },
  one_dimension: { dim: text }
})
const deps = list(object({ asset: assetKey, param: text, partition_mapping: partitionMapping }))
const checks = list(object({ name: text, blocking: bool, asset: assetKey }))
const asset = (type: Check): Check => {
  const common = {
    deps,
    checks,
    partitions: text,
    group: text,
    tags,
    metadata,
    hooks: list(text),
    backfill: word("single_run")
  }
  const op = {
    config,
    resources: list(text),
    retry_policy: retryPolicy,
    code_version: text,
    style: word("plain", "stream"),
    body,
    pool: text
  }
  const out = object({
    name: text,
    key: assetKey,
    deps: list(assetKey),
    required: bool,
    type,
    io_manager: text,
    group: text,
    spec: bool,
    tags,
    metadata,
    code_version: text
  })
  return tagged("kind", {
    asset: { key: assetKey, ...common, ...op, type, io_manager: text, required: bool },
    multi_asset: { name: text, outs: list(out), can_subset: bool, ...common, ...op },
    graph_asset: { key: assetKey, graph: text, ...common },
    graph_multi_asset: { graph: text, keys: map(assetKey), ...common },
    external: { key: assetKey, metadata, io_manager: text, partitions: text, group: text },
    observable: {
      key: assetKey,
      observe: object({ data_version: expression, metadata }),
      group: text,
      io_manager: text
    }
  })
}
const selection: Check = (value, at, unknown) => {
  const near = object({ of: selection, depth: number, include_self: bool })
  choice({
    all: bool,
    keys: list(assetKey),
    groups: list(text),
    upstream: near,
    downstream: near,
    and: tuple(selection, selection),
    or: tuple(selection, selection),
    minus: tuple(selection, selection),
    roots: selection,
    sinks: selection,
    checks_of: list(assetKey),
    checks: list(object({ asset: assetKey, check: text })),
    without_checks: selection,
    query: text
  })(value, at, unknown)
}

// ---------------------------------------------------------------- calls
const ask = object({
  job_outputs: list(text),
  node_outputs: list(tuple(text, text)),
  assets: list(assetKey),
  node_flags: list(text),
  failed_step_keys: bool,
  node_events: list(text),
  tags: bool,
  lineage: bool,
  planned: bool,
  log: bool
})
const materialize = {
  selection,
  partition_key: text,
  resources: resourceMap,
  run_config: literal,
  tags,
  raise_on_error: bool,
  ask
}
const call = tagged("call", {
  execute_in_process: {
    target: text,
    run_config: literal,
    raise_on_error: bool,
    op_selection: list(text),
    asset_selection: list(assetKey),
    tags,
    input_values: map(literal),
    resources: resourceMap,
    partition_key: text,
    ask
  },
  execute_job: {
    run_config: literal,
    raise_on_error: bool,
    op_selection: list(text),
    tags,
    never_together: list(list(text)),
    ask
  },
  reexecute: {
    of: number,
    mode: word("from_failure", "steps", "all"),
    step_selection: list(text),
    run_config: literal,
    tags,
    raise_on_error: bool,
    ask
  },
  materialize,
  materialize_to_memory: materialize,
  validate_run_config: { run_config: literal },
  add_dynamic_partitions: { partitions: text, keys: list(text) },
  invoke: {
    op: text,
    asset: assetKey,
    args: map(literal),
    config: literal,
    resources: resourceMap,
    mapping_key: text,
    partition_key: text
  }
})

const definition = (types: ReadonlyArray<string>): Check => {
  const type = typeOf(types)
  const partitions = map(
    tagged("kind", {
      hourly: { start: text, end: text },
      daily: { start: text, end: text },
      weekly: { start: text, end: text },
      monthly: { start: text, end: text },
      static: { keys: list(text) },
      multi: { dims: map(text) },
      dynamic: { name: text }
    })
  )
  return object({
    env: map(text),
    instance: object({ pools: map(number) }),
    types: map(
      object({
        passes_when: predicate,
        on_pass: found,
        on_fail: found,
        raises: object({ error: text, message: expression }),
        loader: object({ config, body, value: expression }),
        trace: literal
      })
    ),
    resources: map(object({ config, requires: list(text), setup: body, value: expression, teardown: body })),
    io_managers: map(
      object({
        handle: body,
        load: body,
        load_value: expression,
        handle_metadata: metadata,
        load_metadata: metadata
      })
    ),
    input_managers: map(object({ config, body, value: expression })),
    loggers: map(object({ config, level: expression })),
    hooks: map(object({ on: word("success", "failure"), requires: list(text), body })),
    ops: map(
      object({
        ins: list(object({ name: text, type, default: literal, input_manager: text })),
        outs: list(object({ name: text, type, required: bool, dynamic: bool, io_manager: text })),
        config,
        resources: list(text),
        retry_policy: retryPolicy,
        tags,
        pool: text,
        style: word("plain", "stream"),
        body
      })
    ),
    graphs: map(object(graph)),
    job: object({
      ...graph,
      name: text,
      resources: resourceMap,
      executor,
      config: literal,
      tags,
      run_tags: tags,
      hooks: list(text),
      retry_policy: retryPolicy,
      loggers: map(text),
      input_values: map(literal),
      partitions: text,
      partitioned_config: object({ partitions: text, run_config: expression, tags: expression })
    }),
    partitions,
    assets: list(asset(type)),
    asset_checks: list(
      object({
        name: text,
        asset: assetKey,
        blocking: bool,
        loads_asset: text,
        additional_deps: list(assetKey),
        style: word("plain", "stream"),
        body
      })
    ),
    asset_job: object({
      name: text,
      selection,
      config: literal,
      tags,
      executor,
      hooks: list(text),
      resources: resourceMap,
      partitions: text
    }),
    calls: list(call)
  })
}

/**
 * The unknown keys and choices of a definition, each with its path, or none.
 *
 * @param value - the `definition` of a case as it was read
 */
export const unknownWords = (value: unknown): ReadonlyArray<string> => {
  const unknown = new Set<string>()
  const types = isObject(value) && isObject(value["types"]) ? Object.keys(value["types"]) : []
  definition(types)(value, "definition", (found) => unknown.add(found))
  return [...unknown]
}
