/**
 * Stands for one output of one use of an op. Only graph bodies see handles; nothing runs while they are wired.
 *
 * @since 0.1.0
 */
export interface Handle<out A> {
  readonly _tag: "Handle"
  /** Only a type: the value that the output will have. */
  readonly _A: () => A
}

/** The handles that a graph body receives for its inputs, with their types erased. */
export type Handles = { readonly [input: string]: Handle<any> }
