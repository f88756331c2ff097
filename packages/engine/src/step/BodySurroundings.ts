import { InputDefault } from "@heddle/definitions/InputDefault"
import { InputManager } from "@heddle/definitions/InputManager"
import { IOManager, type IOManagerShape } from "@heddle/definitions/IOManager"
import type { JobDefinition } from "@heddle/definitions/JobDefinition"
import { DEFAULT_IO } from "@heddle/definitions/JobNeeds"
import type { JobRunConfig } from "@heddle/definitions/JobRunConfig"
import type { Tags } from "@heddle/definitions/OpExecutionContext"
import { StepTable } from "@heddle/definitions/StepTable"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { RunRequest } from "../wire/StepRequest.ts"
import type { LocalServices } from "./LocalServices.ts"
import type { HookSurroundings } from "./StepHooks.ts"
import type { InputSources, NamedIOManager } from "./StepInputs.ts"

/** What the surroundings of bodies are made of. */
export interface BodySurroundingsParts {
  readonly job: JobDefinition
  readonly request: RunRequest
  readonly local: LocalServices
  readonly config: JobRunConfig
  readonly table: StepTable
  /** The services that bodies may use: resources, and what was there before. */
  readonly services: Context.Context<unknown>
}

/** What the bodies of one run find around them: services, IO managers, config and inputs. Each is looked up once. */
export class BodySurroundings {
  readonly services: Context.Context<unknown>
  /** Where inputs come from. */
  readonly inputs: InputSources
  readonly hooks: HookSurroundings
  readonly #config: JobRunConfig
  readonly #table: StepTable
  readonly #byDefault: NamedIOManager
  /** The services that an op or a hook names, read once for each of them. */
  readonly #named = new Map<Tags | undefined, {}>()
  readonly #configs = new Map<string, unknown>()

  constructor({ config, job, local, request, services, table }: BodySurroundingsParts) {
    this.services = services
    this.#config = config
    this.#table = table
    this.#byDefault = {
      name: DEFAULT_IO,
      manager: Context.getOrUndefined(services, IOManager) ?? local.ioManager
    }
    this.inputs = {
      run: request,
      table,
      ioManager: (nodePath, output) => this.ioManager(nodePath, output),
      assets: {
        spec: (asset) => job.assets?.graph.assets.get(asset)?.spec,
        ioManager: ({ io }) => this.#managerOf(io)
      },
      inputManager: ({ request: { nodePath } }, { name, schema }) => {
        const use = InputManager.of(schema)
        if (use === undefined) return undefined
        const { path } = table.get(nodePath)!
        return { name: use.tag.key, manager: Context.get(services, use.tag), config: config.node(path).inputs[name] }
      },
      given: {
        jobInput: (input) => {
          const values = [local.inputValues, config.inputs, job.inputValues].find((given) =>
            Object.hasOwn(given, input)
          )
          const schema = job.inputs[input]
          if (values !== undefined || schema === undefined) return Effect.succeed(values?.[input])
          return request.inputDefaults !== undefined && Object.hasOwn(request.inputDefaults, input)
            ? InputDefault.decode(schema, request.inputDefaults[input])
            : InputDefault.of(schema)
        },
        isFromConfig: (input) => !Object.hasOwn(local.inputValues, input) && Object.hasOwn(config.inputs, input),
        jobInputSchema: (input) => job.inputs[input],
        config: (node, input) => config.node(node).inputs[input]
      }
    }
    this.hooks = {
      run: request,
      services,
      resourcesOf: (tags) => this.resourcesOf(tags),
      configOf: this.configOf,
      isAcknowledged: local.worker === undefined
    }
  }

  /** The IO manager of an output. */
  ioManager(nodePath: string, output: string): NamedIOManager {
    return this.#managerOf(StepTable.output(this.#table, nodePath, output)?.io)
  }

  #managerOf(io: Context.Key<unknown, IOManagerShape> | undefined): NamedIOManager {
    return io === undefined ? this.#byDefault : { name: io.key, manager: Context.get(this.services, io) }
  }

  /** The services that an op or a hook names, by its keys. */
  resourcesOf(tags: Tags | undefined): {} {
    let resources = this.#named.get(tags)
    if (resources === undefined) {
      resources = Object.fromEntries(
        Object.entries(tags ?? {}).map(([key, tag]) => [key, Context.get(this.services, tag)])
      )
      this.#named.set(tags, resources)
    }
    return resources
  }

  /** The config of a node. */
  readonly configOf = (nodePath: string, path: ReadonlyArray<string>): unknown => {
    if (!this.#configs.has(nodePath)) this.#configs.set(nodePath, this.#config.node(path).config)
    return this.#configs.get(nodePath)
  }
}
