/** Starts the command, under a supervisor if it runs op bodies. */
import { enableCompileCache } from "node:module"
import { Lifeline } from "../Lifeline.ts"

const args = process.argv.slice(2)

// Only commands that run op bodies need a supervisor; for the others, the default Ctrl-C is enough.
const runsBodies =
  args.some((arg) => arg === "execute" || arg === "reexecute") &&
  !args.some((arg) => /^(--help|-h|--version|-v)$/.test(arg))

if (runsBodies && !Lifeline.isHeld()) {
  const { supervise } = await import("../Supervisor.ts")
  process.exitCode = await supervise(process.argv[1]!, args)
} else {
  enableCompileCache()
  const { Cli } = await import("../Cli.ts")
  await Cli.main(args)
}
