import * as Context from "effect/Context"
import { hostname } from "node:os"

/**
 * The process that carries runs, as `RUN_START` names it: who finds a run unfinished can look whether it still lives.
 *
 * @since 0.1.0
 */
export const ProcessIdentity = Context.Reference<{ readonly pid: number; readonly host: string }>(
  "@heddle/engine/ProcessIdentity",
  { defaultValue: () => ({ pid: process.pid, host: hostname() }) }
)
