import type { ResourceConfig, Resources } from "@heddle/definitions/Resource"
import type { RunConfigOf } from "@heddle/definitions/RunConfigOf"
import type { Fields } from "@heddle/definitions/Wiring"
import type * as Layer from "effect/Layer"

/** The job inputs that neither the job nor the call gives, as run config. */
export type Unfilled<JI extends Fields, Filled> = {
  readonly [K in keyof JI as K extends Filled ? never : K]: JI[K]["Encoded"] | { readonly value: JI[K]["Encoded"] }
}

/** Options of a run in this process; `runConfig` is required when something in it is. */
export type ExecuteInProcessOptions<JI extends Fields, Preset, G, Cfg, Rs extends Resources, Rep, P> = {
  /** Replacements of the job's resources, by key. */
  readonly resources?: Rep
  /** Services for the bodies. */
  readonly layer?: Layer.Layer<P, any, never>
  /** Values of job inputs. */
  readonly inputValues?: G
  /** How many steps may run at once, ≥ 1; 16 without it. */
  readonly maxConcurrent?: number
  readonly tags?: Record<string, string>
  /** Id of the run; a random UUID without it. */
  readonly runId?: string
} & ({} extends RunConfigOf<Cfg, ResourceConfig<Omit<Rs, keyof Rep>>, Unfilled<JI, Preset | keyof G>>
  ? { readonly runConfig?: RunConfigOf<Cfg, ResourceConfig<Omit<Rs, keyof Rep>>, Unfilled<JI, Preset | keyof G>> }
  : { readonly runConfig: RunConfigOf<Cfg, ResourceConfig<Omit<Rs, keyof Rep>>, Unfilled<JI, Preset | keyof G>> })

/** Options that may be left out when nothing in them is required. */
export type Args<O> = {} extends O ? [options?: O] : [options: O]
