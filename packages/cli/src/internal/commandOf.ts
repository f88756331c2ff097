import { parseArgs } from "node:util"

/** What has to be known of a command before any of its modules is loaded. */
export interface CommandTraits {
  /** Whether it runs op bodies in its own process. */
  readonly runsBodies: boolean
  /** Whether it may load a module of the user, with the copy of Effect that this module imports. */
  readonly mayLoadModule: boolean
}

const RUNS_BODIES: ReadonlySet<string> = new Set(["job execute", "run reexecute", "asset materialize", "asset check"])
/** The others may: a process with two copies of Effect is worse than one that starts later. */
const LOADS_NO_MODULE = /^$|^run (list|show|events|watch|cancel|delete)$|^(pool|partition)\b/

/**
 * What a command line is about to do. It reads the name of the command and the global flags only, without the modules of
 * the commands: a supervisor must start fast.
 *
 * @param args - arguments after `heddle`
 */
export const commandOf = (args: ReadonlyArray<string>): CommandTraits => {
  const { positionals, values } = parseArgs({
    args: [...args],
    strict: false,
    options: {
      // The global flags of `GlobalFlags`, whose values must not be taken for the name of a command.
      home: { type: "string" },
      "log-level": { type: "string" },
      help: { type: "boolean", short: "h" },
      version: { type: "boolean", short: "v" }
    }
  })
  const name = positionals.slice(0, 2).join(" ")
  const onlyTells = values["help"] === true || values["version"] === true
  return { runsBodies: !onlyTells && RUNS_BODIES.has(name), mayLoadModule: !onlyTells && !LOADS_NO_MODULE.test(name) }
}
