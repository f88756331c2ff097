/** The program of a bare child process. It runs each task that it receives, and replies with a number. */
import { busy } from "../busy.ts"

/** A task for a bare child process. */
export type Task =
  | { readonly _tag: "Burn"; readonly ms: number }
  | { readonly _tag: "Total"; readonly xs: ReadonlyArray<number> }

process.on("message", (task: Task) => {
  process.send!(task._tag === "Burn" ? busy(task.ms) : task.xs.reduce((sum, x) => sum + x, 0))
})
