import { parseArgs } from "node:util"

/** Commands that run op bodies in their own process. */
const COMMANDS: ReadonlySet<string> = new Set(["job execute", "run reexecute"])

/**
 * Whether a command line runs op bodies. It reads the name of the command and the global flags only, without the modules of
 * the commands: a supervisor must start fast.
 *
 * @param args - arguments after `heddle`
 */
export const runsBodies = (args: ReadonlyArray<string>): boolean => {
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
  return values["help"] !== true && values["version"] !== true && COMMANDS.has(positionals.slice(0, 2).join(" "))
}
