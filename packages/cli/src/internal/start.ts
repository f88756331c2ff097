/** Starts the command, under a supervisor if it runs op bodies. */
import { enableCompileCache } from "node:module"
import { Lifeline } from "../Lifeline.ts"
import { runsBodies } from "./runsBodies.ts"

const args = process.argv.slice(2)

// For commands that run no op bodies, the default Ctrl-C is enough.
if (!Lifeline.isHeld() && runsBodies(args)) {
  const { supervise } = await import("../Supervisor.ts")
  process.exitCode = await supervise(process.argv[1]!, args)
} else {
  enableCompileCache()
  const { Cli } = await import("../Cli.ts")
  await Cli.main(args)
}
