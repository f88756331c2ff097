import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Terminal from "effect/Terminal"
import { Output } from "./Output.ts"

/** Lines at the bottom of the terminal that are redrawn. */
export interface RedrawnView {
  /** Prints text above the lines, where it stays. */
  readonly persist: (text: string) => void
  /** Keeps what is drawn, and draws new lines below. */
  readonly restart: () => void
}

/** Milliseconds between two redraws. */
const FRAME = 100

/** Writes text to standard output. Whoever tells something does not wait for it: listeners are not effects. */
const writer = Effect.map(Effect.context<Terminal.Terminal>(), (context) => {
  const run = Effect.runForkWith(context)
  return (text: string): void => void run(Output.text(text))
})

/** The terminal as the stream that `log-update` writes to. */
const streamOf = (terminal: Terminal.Terminal, write: (text: string) => void): NodeJS.WriteStream =>
  // It reads no more than this of a stream.
  ({
    isTTY: true,
    get columns() {
      return Effect.runSync(terminal.columns)
    },
    get rows() {
      return Effect.runSync(terminal.rows)
    },
    write
  }) as unknown as NodeJS.WriteStream

/**
 * Redraws lines at the bottom of the terminal until the scope closes.
 *
 * @since 0.1.0
 */
export const RedrawnView = {
  writer,

  /**
   * Opens a view.
   *
   * @param lines - the lines to draw, of at most `width` cells; `now` in milliseconds since the epoch
   */
  open: Effect.fnUntraced(function* (
    lines: (width: number, now: number) => ReadonlyArray<string>
  ): Effect.fn.Return<RedrawnView, never, Scope.Scope | Terminal.Terminal> {
    const { createLogUpdate } = yield* Effect.promise(() => import("log-update"))
    const terminal = yield* Terminal.Terminal
    // A hidden cursor would stay hidden if this process were killed.
    const view = createLogUpdate(streamOf(terminal, yield* writer), { showCursor: true })
    const clock = yield* Clock.Clock
    const draw = Effect.map(terminal.columns, (width) => {
      // The exact width of the terminal: lines that wrap cannot be redrawn.
      view(lines(width, clock.currentTimeMillisUnsafe()).join("\n"))
    })
    yield* Effect.addFinalizer(() =>
      Effect.sync(() => {
        view.clear()
        view.done()
      })
    )
    yield* draw.pipe(Effect.delay(FRAME), Effect.forever, Effect.forkScoped({ startImmediately: true }))
    return { persist: (text) => view.persist(text), restart: () => view.done() }
  })
}
