/** The program of a bare child process: it does the tasks that it is sent, and answers each with a number. */
import { busy } from "../busy.ts"

/** What a bare child process is asked for. */
export type Task =
  | { readonly _tag: "Burn"; readonly ms: number }
  | { readonly _tag: "Total"; readonly xs: ReadonlyArray<number> }

process.on("message", (task: Task) => {
  process.send!(task._tag === "Burn" ? busy(task.ms) : task.xs.reduce((sum, x) => sum + x, 0))
})
