import { OptionCheck } from "@heddle/events/OptionCheck"
import { OpSettings } from "@heddle/events/OpSettings"
import { StepKey } from "@heddle/events/StepKey"
import type * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"
import { DefinitionError, type DefinitionProblem } from "../DefinitionError.ts"
import type { IOManagerShape } from "../IOManager.ts"
import type { InputDefinition, OpDefinition, OutputDefinition } from "../OpDefinition.ts"
import type { OpContext, Tags } from "../OpExecutionContext.ts"
import type { OutSpec } from "../Out.ts"
import { retrySnapshot } from "./retrySnapshot.ts"

/** The options of a body, whatever its inputs and outputs are, with types erased. */
export interface OpBodyOptions {
  readonly description?: string
  readonly config?: Schema.Top
  readonly resources?: Tags
  readonly tags?: { readonly [key: string]: string }
  readonly codeVersion?: string
  readonly pool?: string
  readonly timeout?: Duration.Input
  readonly idleTimeout?: Duration.Input
  readonly retry?: Parameters<typeof retrySnapshot>[0]
  readonly run: (inputs: { readonly [name: string]: unknown }, context: OpContext<any, any>) => unknown
}

/** The parts of an op. */
export interface OpParts {
  /** The subject of the definition, such as `op "load"`. */
  readonly subject: string
  readonly name: string
  readonly options: OpBodyOptions
  /** Problems that were already found in the options. */
  readonly problems: Array<DefinitionProblem>
  readonly inputs: ReadonlyArray<InputDefinition>
  readonly outputs: ReadonlyArray<OutputDefinition>
  readonly returns: OpDefinition["returns"]
}

/** An output as it is declared: a schema, or an `Out`. */
export const outputDefinition = (name: string, spec: OutSpec): OutputDefinition => {
  const plain = { name, required: true, dynamic: false, io: undefined }
  if (Schema.isSchema(spec)) return { ...plain, schema: spec }
  switch (spec._tag) {
    case "Optional":
      return { ...plain, schema: spec.schema, required: false, io: spec.io }
    case "Dynamic":
      return { ...plain, schema: spec.schema, required: spec.required ?? true, dynamic: true, io: spec.io }
    case "Stored":
      return { ...plain, schema: spec.schema, io: spec.io as Context.Key<unknown, IOManagerShape> }
  }
}

/**
 * Makes the definition of an op, of an asset or of a check.
 *
 * @throws DefinitionError with every mistake in names and options
 */
export const opDefinition = ({ inputs, name, options, outputs, problems, returns, subject }: OpParts): OpDefinition => {
  const allowed = "is not a valid name: use letters, digits and underscores"
  if (!StepKey.isName(name)) problems.push({ place: "", message: `"${name}" ${allowed}` })
  for (const part of [...inputs, ...outputs]) {
    if (!StepKey.isName(part.name)) problems.push({ place: `"${part.name}"`, message: `it ${allowed}` })
  }
  const limits = new OptionCheck(name)
    .duration("timeout", options.timeout, "positive")
    .duration("idleTimeout", options.idleTimeout, "positive")
  for (const { message, option } of limits.error?.problems ?? []) {
    problems.push({ place: `"${option}"`, message: `it ${message}` })
  }
  if (options.pool === "") problems.push({ place: `"pool"`, message: "the name of the pool is empty" })
  if (problems.length > 0) throw new DefinitionError({ subject, problems })
  const { retry, tags = {}, ...data } = options
  return {
    _tag: "OpDefinition",
    name,
    // Options that are not plain data are not settings, and are left out.
    settings: OpSettings.pick({ ...data, tags, ...retrySnapshot(retry) }),
    inputs,
    outputs,
    returns,
    config: options.config === undefined || options.config === Schema.Void ? undefined : options.config,
    resources: options.resources,
    timeouts: (["timeout", "idleTimeout"] as const).filter((limit) => options[limit] !== undefined),
    run: options.run,
    ...(outputs.some(({ asset, check }) => asset !== undefined || check !== undefined) ? { ofAssets: true } : {})
  }
}
