import * as Context from "effect/Context"
import { hostname } from "node:os"

/**
 * The process that executes runs, as named in `RUN_START`, so that other processes can check whether it is alive.
 *
 * @since 0.1.0
 */
export const ProcessIdentity = Context.Reference<{ readonly pid: number; readonly host: string }>(
  "@heddle/engine/ProcessIdentity",
  { defaultValue: () => ({ pid: process.pid, host: hostname() }) }
)
