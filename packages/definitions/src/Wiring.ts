import type * as Schema from "effect/Schema"
import type { FromConfig } from "./FromConfig.ts"
import type { Handle } from "./Handle.ts"
import type { DefaultKeys } from "./InputDefault.ts"
import type { Managed } from "./InputManager.ts"
import type { Loaded } from "./TypeLoader.ts"
import type { MissingInputs, UnknownInputs } from "./Missing.ts"

/** Named inputs and the schema of each. */
export type Fields = Record<string, Schema.Top>
/** The values of named inputs. */
export type Values<F extends Fields> = { readonly [K in keyof F]: F[K]["Type"] }
/** What may be wired to an input that takes an `A`: a handle, a list of handles for a list, or run config. */
export type WireOf<A> = Handle<A> | (A extends ReadonlyArray<infer X> ? ReadonlyArray<Handle<X>> : never) | FromConfig
/** The values that a direct invocation gives; those of inputs with a default may be left out. */
export type InvokeInputs<I extends Fields> = [DefaultKeys<I>] extends [never]
  ? Values<I>
  : { readonly [K in Exclude<keyof I, DefaultKeys<I>>]: I[K]["Type"] } & {
      readonly [K in DefaultKeys<I>]?: I[K]["Type"]
    }
/** What may be wired to named inputs; one with a default may be left without a wire. */
export type Wires<I extends Fields> = [DefaultKeys<I>] extends [never]
  ? { readonly [K in keyof I]: WireOf<I[K]["Type"]> }
  : { readonly [K in Exclude<keyof I, DefaultKeys<I>>]: WireOf<I[K]["Type"]> } & {
      readonly [K in DefaultKeys<I>]?: WireOf<I[K]["Type"]>
    }

/** Nothing where `W`, of which `K` are the names, wires all inputs and no more, and otherwise what the compiler shows. */
export type Wired<I extends Fields, W, K> = [Exclude<keyof W & string, keyof I>] extends [never]
  ? {} extends Wires<I>
    ? []
    : [Exclude<keyof I, K | DefaultKeys<I>>] extends [never]
      ? []
      : MissingInputs<Exclude<keyof I, K | DefaultKeys<I>>>
  : UnknownInputs<Exclude<keyof W & string, keyof I>>

type OpenKeys<W> = { [K in keyof W]: W[K] extends FromConfig ? K : never }[keyof W]
/** Inputs with a default that nothing is wired to: run config may give them. */
type DefaultOpenKeys<I, W> = {
  [K in DefaultKeys<I>]: K extends keyof W ? (undefined extends W[K] ? K : W[K] extends FromConfig ? K : never) : K
}[DefaultKeys<I>]
/** What run config says of an input: its value, bare or under `value`, or what a loader makes it of. */
export type InputConfig<S extends Schema.Top> = S extends Loaded<infer C> ? C : S["Encoded"] | { value: S["Encoded"] }
/** The run config of the inputs that were left to it. */
export type OpenInputs<I extends Fields, W> = [DefaultKeys<I>] extends [never]
  ? { [K in OpenKeys<W> & keyof I]: InputConfig<I[K]> }
  : { [K in Exclude<OpenKeys<W>, DefaultKeys<I>> & keyof I]: InputConfig<I[K]> } & {
      [K in DefaultOpenKeys<I, W> & keyof I]?: I[K] extends Managed<any, infer C> ? C : InputConfig<I[K]>
    }
/** The run config of one node. */
export type NodeConfig<C, In> = ([C] extends [void] ? {} : {} extends C ? { config?: C } : { config: C }) &
  ([keyof In] extends [never] ? {} : {} extends In ? { inputs?: In } : { inputs: In })
/** The entry of one node in the run config of its graph. */
export type Entry<Name extends string, N> = [keyof N] extends [never]
  ? {}
  : {} extends N
    ? { [K in Name]?: N }
    : { [K in Name]: N }
