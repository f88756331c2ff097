import * as Flag from "effect/cli/Flag"
import * as GlobalFlag from "effect/cli/GlobalFlag"
import { EventLevel } from "./EventLevel.ts"

/** Folder of the instance; defaults to `HEDDLE_HOME`, then to `.heddle`. */
export const Home = GlobalFlag.Setting("home")({
  flag: Flag.String("home").pipe(
    Flag.filter(
      (folder) => folder !== "",
      () => "Expected the path of a folder"
    ),
    Flag.withMetavar("<folder>"),
    Flag.withDescription("Folder that stores runs (default: HEDDLE_HOME, or .heddle)"),
    Flag.optional
  )
})

/** Minimum log level to print. */
export const LogLevel = GlobalFlag.Setting("log-level")({
  flag: Flag.Literals("log-level", [...EventLevel.all]).pipe(
    Flag.withMetavar("<debug|info|warning|error>"),
    Flag.withDescription(
      "Minimum log level to print (default: info); debug also prints every event and full stack traces"
    ),
    Flag.optional
  )
})

/** Flags that every command accepts. */
export const GlobalFlags = [Home, LogLevel] as const
