/**
 * Turns a graph body, which is a generator, into the plain description of a graph.
 *
 * Only this file makes handles and invocations. Their types describe a future value and what a use needs. Nothing of that
 * exists at run time, so this file casts values to those types.
 */
import type { Wire } from "@heddle/events/JobSnapshot"
import { DefinitionError, type DefinitionProblem } from "../DefinitionError.ts"
import type { Handle } from "../Handle.ts"
import type { AnyInvocation } from "../Invocation.ts"
import type { GraphDescription, NodeBody, NodeDescription } from "../NodeDescription.ts"

/** The body of a map. Handles made in it stand for one value of many. */
interface MapScope {
  readonly source: string
}

/** What a handle stands for. */
type Source =
  | { readonly kind: "input"; readonly graph: Composer; readonly name: string }
  | {
      readonly kind: "output" | "dynamic" | "collected"
      readonly graph: Composer
      readonly node: string
      readonly output: string
      /** The map in which the handle was made, if any. */
      readonly scope: MapScope | undefined
    }

class RuntimeHandle {
  readonly _tag: "Handle" | "DynamicHandle"
  readonly source: Source
  constructor(source: Source) {
    this.source = source
    this._tag = source.kind === "dynamic" ? "DynamicHandle" : "Handle"
  }
  map(f: (item: RuntimeHandle) => unknown): MapInvocation {
    return track(new MapInvocation(this, f))
  }
  collect(): RuntimeHandle {
    return this.source.kind === "input" ? this : new RuntimeHandle({ ...this.source, kind: "collected" })
  }
}

abstract class RuntimeInvocation {
  [Symbol.iterator](): Iterator<RuntimeInvocation, unknown, unknown> {
    let asked = false
    return {
      next: (handles) => {
        if (asked) return { done: true, value: handles }
        asked = true
        return { done: false, value: this }
      }
    }
  }
  abstract readonly subject: string
}

/** How a use differs from its op or graph: its name, and the options of its node. */
export interface Use extends Omit<NodeDescription, "node" | "inputs" | "after"> {
  readonly after?: ReadonlyArray<unknown>
}

class NodeInvocation extends RuntimeInvocation {
  readonly body: NodeBody
  readonly use: Use
  readonly wires: { readonly [input: string]: unknown }
  constructor(body: NodeBody, use: Use, wires: { readonly [input: string]: unknown }) {
    super()
    this.body = body
    this.use = use
    this.wires = wires
  }
  get subject(): string {
    const kind = this.body.definition._tag === "OpDefinition" ? "op" : "graph"
    return `${kind} "${this.use.name}"`
  }
}

class MapInvocation extends RuntimeInvocation {
  readonly over: RuntimeHandle
  readonly f: (item: RuntimeHandle) => unknown
  constructor(over: RuntimeHandle, f: (item: RuntimeHandle) => unknown) {
    super()
    this.over = over
    this.f = f
  }
  get subject(): string {
    return this.over.source.kind === "input" ? "map" : `map over "${this.over.source.node}.${this.over.source.output}"`
  }
}

/** The composers of the running bodies, innermost last. An invocation belongs to the body in which it is made. */
const running: Array<Composer> = []

const track = <I extends RuntimeInvocation>(invocation: I): I => {
  running.at(-1)?.made.add(invocation)
  return invocation
}

class Composer {
  readonly subject: string
  readonly made = new Set<RuntimeInvocation>()
  readonly problems: Array<DefinitionProblem> = []
  readonly nodes: Array<NodeDescription> = []
  readonly names = new Set<string>()
  readonly added = new Set<RuntimeInvocation>()
  scope: MapScope | undefined

  constructor(subject: string) {
    this.subject = subject
  }

  problem(place: string, message: string): void {
    this.problems.push({ place, message })
  }

  /** Runs a body to its end, and adds what it yields. */
  drive(body: unknown, place: string): unknown {
    if (typeof body !== "object" || body === null || !("next" in body)) {
      this.problem(place, "the body must be a generator function: write function* and yield* each use")
      return undefined
    }
    const generator = body as Generator<unknown, unknown, unknown>
    let step = generator.next()
    while (step.done !== true) step = generator.next(this.add(step.value))
    return step.value
  }

  add(yielded: unknown): unknown {
    if (!(yielded instanceof RuntimeInvocation)) {
      this.problem(
        "",
        "the body yielded something that is not an invocation of an op or a graph: yield* only the result of calling one"
      )
      return undefined
    }
    this.made.delete(yielded)
    if (this.added.has(yielded)) {
      this.problem(
        yielded.subject,
        "this invocation is yielded twice: for a second one, call the op again and name it with .as"
      )
    }
    this.added.add(yielded)
    return yielded instanceof MapInvocation ? this.addMap(yielded) : this.addNode(yielded as NodeInvocation)
  }

  addNode(invocation: NodeInvocation): unknown {
    const { body } = invocation
    const { after: handles = [], ...use } = invocation.use
    const place = invocation.subject
    const isTaken = this.names.has(use.name)
    if (isTaken) {
      this.problem(
        place,
        `the name "${use.name}" is used twice in ${this.subject}: give this use a unique name, such as .as("${use.name}_2")`
      )
    }
    this.names.add(use.name)
    const inputs: Record<string, Wire> = {}
    for (const [input, wired] of Object.entries(invocation.wires)) {
      const wire = this.wire(wired, `${place} › input "${input}"`)
      if (wire !== undefined) inputs[input] = wire
    }
    const after = handles.flatMap((handle) => this.wire(handle, `${place} › after`, true) ?? [])
    if (!isTaken) this.nodes.push({ ...use, node: body, inputs, after })
    return this.handles(body, use.name)
  }

  /** The handles for the outputs of a use, in the shape that the type promises. */
  handles(body: NodeBody, node: string): unknown {
    const { definition } = body
    const handle = (output: string, dynamic: boolean): RuntimeHandle =>
      new RuntimeHandle({ kind: dynamic ? "dynamic" : "output", graph: this, node, output, scope: this.scope })
    if (definition._tag === "OpDefinition") {
      if (definition.returns === "value") return handle("result", false)
      return Object.fromEntries(definition.outputs.map(({ dynamic, name }) => [name, handle(name, dynamic)]))
    }
    const outputs = Object.keys(definition.outputs).map((output) => [output, isDynamic(definition, output)] as const)
    if (outputs.length === 0) return undefined
    if (outputs.length === 1 && outputs[0]![0] === "result") return handle("result", outputs[0]![1])
    return Object.fromEntries(outputs.map(([output, dynamic]) => [output, handle(output, dynamic)]))
  }

  addMap(invocation: MapInvocation): unknown {
    const { source } = invocation.over
    const place = invocation.subject
    if (source.kind === "input" || source.graph !== this) {
      this.problem(place, "only a dynamic output of the same graph can be mapped over")
      return invocation.over
    }
    const outer = this.scope
    // A mapped value stays in the same map; a dynamic output opens a new one.
    const chained = source.kind !== "dynamic" || (source.scope !== undefined && source.scope !== outer)
    if (outer !== undefined && source.scope === outer && !chained) {
      this.problem(place, "a map inside a map is not supported yet: collect the inner keys first")
    } else if (outer !== undefined && source.scope !== outer) {
      this.problem(place, "a map inside a map is not supported yet: map outside and pass the result in")
    }
    const scope: MapScope =
      chained && source.scope !== undefined ? source.scope : { source: `${source.node}.${source.output}` }
    this.scope = scope
    try {
      const item = new RuntimeHandle({ ...source, kind: "output", scope })
      const given = invocation.f(item)
      const result = given instanceof RuntimeInvocation ? this.add(given) : this.drive(given, place)
      if (!(result instanceof RuntimeHandle)) {
        this.problem(
          place,
          "the function passed to map must return one handle: return the result of its last invocation"
        )
        return new RuntimeHandle({ ...source, kind: "dynamic", scope })
      }
      if (result.source.kind === "input" || result.source.scope !== scope) {
        this.problem(place, "the function passed to map must return a handle made inside it")
        return new RuntimeHandle({ ...source, kind: "dynamic", scope })
      }
      return new RuntimeHandle({ ...result.source, kind: "dynamic", scope })
    } finally {
      this.scope = outer
    }
  }

  /** The wire that a handle stands for, as seen from its use. */
  wire(value: unknown, place: string, ordersOnly = false): Wire | undefined {
    if (Array.isArray(value)) {
      return { many: value.flatMap((item, i) => this.wire(item, `${place}[${i}]`, ordersOnly) ?? []) }
    }
    if (!(value instanceof RuntimeHandle)) {
      if (typeof value === "object" && value !== null && "_tag" in value && value._tag === "FromConfig")
        return undefined
      this.problem(
        place,
        value === undefined
          ? "nothing is wired to it: wire a handle, or fromConfig"
          : "a plain value is wired to it: wire a handle, or fromConfig and give the value in run config"
      )
      return undefined
    }
    const { source } = value
    if (source.graph !== this) {
      this.problem(place, "a handle of another graph is wired to it: pass it in as an input of this graph")
      return undefined
    }
    if (source.kind === "input") return { graphInput: source.name }
    const { node, output } = source
    if (source.kind === "collected") return { collect: node, output }
    if (source.kind === "dynamic") {
      if (ordersOnly) return { collect: node, output }
      this.problem(place, `"${node}.${output}" is dynamic: map over it, or collect() it`)
      return undefined
    }
    if (source.scope === undefined) return { from: node, output }
    if (source.scope === this.scope) return { each: node, output }
    this.problem(
      place,
      `"${node}.${output}" is made inside a map and used outside of it: collect() the output of the map`
    )
    return undefined
  }

  /** The outputs of a graph, from what its body returned. */
  outputs(returned: unknown): Record<string, Wire> {
    if (returned === undefined || returned === null) return {}
    if (returned instanceof RuntimeHandle) return this.output("result", returned)
    if (typeof returned === "object") {
      return Object.assign({}, ...Object.entries(returned).map(([name, handle]) => this.output(name, handle)))
    }
    this.problem("", "the body must return a handle, a record of handles, or nothing")
    return {}
  }

  output(name: string, handle: unknown): Record<string, Wire> {
    const place = `output "${name}"`
    if (!(handle instanceof RuntimeHandle)) {
      this.problem(place, "the body must return handles: return the result of an invocation")
      return {}
    }
    const { source } = handle
    if (source.kind === "dynamic" && source.graph === this) {
      const { node, output, scope } = source
      return { [name]: scope === undefined ? { from: node, output } : { each: node, output } }
    }
    const wire = this.wire(handle, place)
    return wire === undefined ? {} : { [name]: wire }
  }
}

/** Tells whether an output of a graph stands for many values. */
const isDynamic = (graph: Extract<NodeBody["definition"], { _tag: "GraphDefinition" }>, output: string): boolean => {
  const wire = graph.outputs[output]
  if (wire === undefined) return false
  if ("each" in wire) return true
  if (!("from" in wire)) return false
  const body = graph.nodes.find(({ name }) => name === wire.from)?.body
  if (body === undefined) return false
  return body._tag === "OpDefinition"
    ? body.outputs.some(({ dynamic, name }) => name === wire.output && dynamic)
    : isDynamic(body, wire.output)
}

/** Makes a use of an op or a graph, which `yield*` adds to the graph. */
export const invoke = (
  body: NodeBody,
  use: Use,
  wires: { readonly [input: string]: unknown } | undefined
): AnyInvocation => track(new NodeInvocation(body, use, wires ?? {})) as unknown as AnyInvocation

/**
 * Runs a graph body, and returns the description of the graph.
 *
 * @throws DefinitionError with every mistake in the body
 */
export const compose = (
  subject: string,
  name: string,
  inputs: ReadonlyArray<string>,
  body: (inputs: { readonly [input: string]: Handle<any> }) => unknown
): GraphDescription => {
  const composer = new Composer(subject)
  running.push(composer)
  let outputs: Record<string, Wire>
  try {
    const handles = Object.fromEntries(
      inputs.map((input) => [input, new RuntimeHandle({ kind: "input", graph: composer, name: input })])
    )
    outputs = composer.outputs(composer.drive(body(handles as unknown as { [input: string]: Handle<any> }), ""))
  } finally {
    running.pop()
  }
  for (const invocation of composer.made) {
    composer.problem(invocation.subject, "it is called but never yielded: write yield* in front of the call")
  }
  if (composer.problems.length > 0) throw new DefinitionError({ subject, problems: composer.problems })
  return { name, nodes: composer.nodes, inputs, outputs }
}
