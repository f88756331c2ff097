import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"

/**
 * Composes effects some of which have ended before they are run: a value that is there needs no fiber. Where an effect has
 * not ended, what follows it waits for it as with `Effect.flatMap`.
 *
 * What is composed here begins when it is composed. What a function throws then is thrown to the caller.
 */
export const AtOnce = {
  /** Tells whether an effect has ended. An exit is an effect, and running it gives what it holds. */
  // What `Exit.isExit` looks for; it is asked some twenty times for each step, and is made for pipes.
  isOver: <A, E, R>(effect: Effect.Effect<A, E, R>): effect is Exit.Exit<A, E> => "~effect/Exit" in effect,

  /** Goes on with the value of an effect: at once if it has ended, and otherwise when it has. */
  andThen: <A, E, R, B, E2, R2>(
    effect: Effect.Effect<A, E, R>,
    f: (value: A) => Effect.Effect<B, E2, R2>
  ): Effect.Effect<B, E | E2, R | R2> => {
    if (!AtOnce.isOver(effect)) return Effect.flatMap(effect, f)
    return effect._tag === "Success" ? f(effect.value) : Exit.failCause(effect.cause)
  },

  /** Does something for each item, one after the other, until one fails. */
  forEach: <A, E, R>(items: Iterable<A>, f: (item: A) => Effect.Effect<void, E, R>): Effect.Effect<void, E, R> =>
    goOn(items[Symbol.iterator](), f),

  /** Makes a value of each item, one after the other, until one fails. */
  all: <A, B, E, R>(
    items: Iterable<A>,
    f: (item: A) => Effect.Effect<B, E, R>
  ): Effect.Effect<ReadonlyArray<B>, E, R> => {
    const values: Array<B> = []
    const made = AtOnce.forEach(items, (item) =>
      AtOnce.andThen(f(item), (value) => {
        values.push(value)
        return Effect.void
      })
    )
    return AtOnce.andThen(made, () => Effect.succeed(values))
  }
}

const goOn = <A, E, R>(items: Iterator<A>, f: (item: A) => Effect.Effect<void, E, R>): Effect.Effect<void, E, R> => {
  for (let next = items.next(); next.done !== true; next = items.next()) {
    const done = f(next.value)
    if (!AtOnce.isOver(done)) return Effect.flatMap(done, () => goOn(items, f))
    if (done._tag === "Failure") return done
  }
  return Effect.void
}
