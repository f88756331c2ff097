import { AssetExecutionContext } from "@heddle/definitions/AssetExecutionContext"
import { BodyEvent } from "@heddle/definitions/BodyEvent"
import { type BodyOutput, BodyOutputs } from "@heddle/definitions/BodyOutputs"
import type { BodyPartition } from "@heddle/definitions/BodyPartition"
import { OpBody, type BodyResult } from "@heddle/definitions/OpBody"
import { OpExecutionContext } from "@heddle/definitions/OpExecutionContext"
import type { StepEntry } from "@heddle/definitions/StepTable"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { RunRequest, StepRequest } from "../wire/StepRequest.ts"
import { AssetStepContext } from "./AssetStepContext.ts"
import { AtOnce } from "./AtOnce.ts"
import type { BodySurroundings } from "./BodySurroundings.ts"
import type { StepPlace } from "./ioContexts.ts"
import type { StepObserver } from "./LocalServices.ts"
import { StepAssets } from "./StepAssets.ts"
import { StepContext } from "./StepContext.ts"
import type { StepEvents } from "./StepEvents.ts"
import type { HookedOutputs } from "./StepHooks.ts"
import { loadAsset, loadInputs } from "./StepInputs.ts"
import { StepLog } from "./StepLog.ts"
import { storeOutput } from "./StepOutputs.ts"
import { tellBodyEvent } from "./tellBodyEvent.ts"

/** What an attempt is made of. */
export interface AttemptParts {
  readonly run: RunRequest
  readonly step: StepRequest
  readonly entry: StepEntry
  readonly events: StepEvents
  readonly around: BodySurroundings
  readonly partition: BodyPartition
  readonly observer: StepObserver | undefined
  /** Keeps what the attempt gives, for hooks. */
  readonly hooked: HookedOutputs | undefined
}

/** What one attempt does between its first and its last event: inputs, body, outputs. */
export class Attempt {
  readonly #parts: AttemptParts
  readonly #place: StepPlace
  readonly #outputs: BodyOutputs
  readonly #assets: StepAssets | undefined
  readonly #context: StepContext | AssetStepContext

  constructor(parts: AttemptParts) {
    const { around, entry, events, partition, run, step } = parts
    const { op, path } = entry
    this.#parts = parts
    const place: StepPlace = { run, request: step, opName: op.name, events, partition }
    this.#place = place
    this.#outputs = new BodyOutputs(op, step.stepKey)
    this.#assets = op.ofAssets === true ? new StepAssets(run, step, events) : undefined
    const config = around.configOf(step.nodePath, path)
    const resources = around.resourcesOf(op.resources)
    const context = { run, step, op, outputs: this.#outputs, config, resources, events, partition }
    this.#context =
      this.#assets === undefined
        ? new StepContext(context)
        : new AssetStepContext(context, this.#assets, (asset, key) =>
            loadAsset(around.inputs.assets, asset, asset, place, key)
          )
  }

  /**
   * Begins the attempt: loads its inputs, runs its body, and stores its outputs.
   *
   * @returns what is left of it; it has ended if the IO managers answer at once and the body is a plain one
   */
  begin(): Effect.Effect<void, unknown, unknown> {
    const { around, entry } = this.#parts
    const values = loadInputs(around.inputs, entry, this.#place, this.#context)
    return AtOnce.andThen(values, (inputs) => AtOnce.andThen(this.#body(inputs), () => this.#rest()))
  }

  #body(inputs: { readonly [name: string]: unknown }): Effect.Effect<void, unknown, unknown> {
    const { entry, events } = this.#parts
    // What a body brings about in other steps comes after its own start.
    events.release()
    const given = OpBody.run(entry.op, inputs, this.#context)
    if (AtOnce.isOver(given)) events.hold()
    const stored = AtOnce.andThen(given, (result) => this.#storeResult(result))
    if (AtOnce.isOver(stored)) return stored
    return stored.pipe(
      Effect.onInterrupt(() => Effect.sync(() => this.#context.abort())),
      Effect.provideContext(this.#services)
    )
  }

  #storeResult(result: BodyResult): Effect.Effect<void, unknown, unknown> {
    const outputs = this.#outputs
    if (result._tag === "Returned") return AtOnce.forEach(outputs.takeReturned(result.value), this.#store)
    return Stream.runForEach(result.stream, (emission) =>
      Effect.suspend(() => {
        if (!BodyEvent.is(emission)) return this.#store(outputs.takeEmission(emission))
        tellBodyEvent(emission, this.#parts.events)
        return Effect.void
      })
    )
  }

  /** What the body did not give, and what it found of its assets. */
  #rest(): Effect.Effect<void, unknown> {
    return AtOnce.andThen(AtOnce.forEach(this.#outputs.takeRest(), this.#store), () =>
      this.#assets?.failure === undefined ? Effect.void : Effect.die(this.#assets.failure)
    )
  }

  readonly #store = (given: BodyOutput): Effect.Effect<void, unknown> => {
    const { around, hooked, observer, step } = this.#parts
    const { check, name } = given.output
    if (given.isValueless !== true && check === undefined) {
      observer?.output(step.stepKey, name, given.key, given.value)
    }
    hooked?.add(given)
    return storeOutput(this.#place, given, around.ioManager(step.nodePath, name), this.#context, this.#assets)
  }

  /** The context of the body as services. */
  get #services(): Context.Context<never> {
    const context = this.#context
    const services = Context.make(OpExecutionContext, context).pipe(
      Context.add(StepLog.CurrentStep, this.#parts.events)
    )
    return (
      context instanceof AssetStepContext ? Context.add(services, AssetExecutionContext, context) : services
    ) as Context.Context<never>
  }
}
