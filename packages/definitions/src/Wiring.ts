import type * as Schema from "effect/Schema"
import type { FromConfig } from "./FromConfig.ts"
import type { Handle } from "./Handle.ts"
import type { MissingInputs, UnknownInputs } from "./Missing.ts"

/** Named inputs and the schema of each. */
export type Fields = Record<string, Schema.Top>
/** The values of named inputs. */
export type Values<F extends Fields> = { readonly [K in keyof F]: F[K]["Type"] }
/** What may be wired to an input that takes an `A`: a handle, a list of handles for a list, or run config. */
export type WireOf<A> = Handle<A> | (A extends ReadonlyArray<infer X> ? ReadonlyArray<Handle<X>> : never) | FromConfig
/** What may be wired to named inputs. */
export type Wires<I extends Fields> = { readonly [K in keyof I]: WireOf<I[K]["Type"]> }

/** Nothing where `W`, of which `K` are the names, wires all inputs and no more, and otherwise what the compiler shows. */
export type Wired<I extends Fields, W, K> = [Exclude<keyof W & string, keyof I>] extends [never]
  ? {} extends Wires<I>
    ? []
    : [Exclude<keyof I, K>] extends [never]
      ? []
      : MissingInputs<Exclude<keyof I, K>>
  : UnknownInputs<Exclude<keyof W & string, keyof I>>

type OpenKeys<W> = { [K in keyof W]: W[K] extends FromConfig ? K : never }[keyof W]
/** The run config of the inputs that were left to it. */
export type OpenInputs<I extends Fields, W> = {
  [K in OpenKeys<W> & keyof I]: I[K]["Encoded"] | { value: I[K]["Encoded"] }
}
/** The run config of one node. */
export type NodeConfig<C, In> = ([C] extends [void] ? {} : {} extends C ? { config?: C } : { config: C }) &
  ([keyof In] extends [never] ? {} : { inputs: In })
/** The entry of one node in the run config of its graph. */
export type Entry<Name extends string, N> = [keyof N] extends [never]
  ? {}
  : {} extends N
    ? { [K in Name]?: N }
    : { [K in Name]: N }
