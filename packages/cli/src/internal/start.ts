/** Starts the command, under a supervisor if it runs op bodies. */
import { enableCompileCache } from "node:module"
import type { Cli as CommandLine } from "../Cli.ts"
import { Lifeline } from "../Lifeline.ts"
import { commandOf } from "./commandOf.ts"

const args = process.argv.slice(2)
const { mayLoadModule, runsBodies } = commandOf(args)

/**
 * The command line in one file with what it needs of Effect (`tsup.command.config.ts`), which loads in a third of the time.
 * A module of the user brings its own Effect, and a process must not have two: then the modules are loaded one by one.
 */
const bundle =
  import.meta.url.endsWith(".js") && !mayLoadModule ? new URL("../bundle/Cli.js", import.meta.url) : undefined

// For commands that run no op bodies, the default Ctrl-C is enough.
if (!Lifeline.isHeld() && runsBodies) {
  const { supervise } = await import("../Supervisor.ts")
  process.exitCode = await supervise(process.argv[1]!, args)
} else {
  enableCompileCache()
  const { Cli }: { readonly Cli: typeof CommandLine } = await (bundle === undefined
    ? import("../Cli.ts")
    : import(bundle.href))
  await Cli.main(args)
}
