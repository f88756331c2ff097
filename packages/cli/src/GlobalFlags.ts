import * as Flag from "effect/cli/Flag"
import * as GlobalFlag from "effect/cli/GlobalFlag"
import { EventLevel } from "./EventLevel.ts"

/** Folder of the instance; the one that `HEDDLE_HOME` names, else `.heddle`, when it is not given. */
export const Home = GlobalFlag.Setting("home")({
  flag: Flag.String("home").pipe(
    Flag.filter(
      (folder) => folder !== "",
      () => "Expected the path of a folder"
    ),
    Flag.withMetavar("<folder>"),
    Flag.withDescription("Folder that runs are kept in (default: HEDDLE_HOME, else .heddle)"),
    Flag.optional
  )
})

/** The least level that is shown. */
export const LogLevel = GlobalFlag.Setting("log-level")({
  flag: Flag.Literals("log-level", [...EventLevel.all]).pipe(
    Flag.withMetavar("<debug|info|warning|error>"),
    Flag.withDescription("The least that is shown (default: info); debug adds all events and whole stacks"),
    Flag.optional
  )
})

/** Flags that every command takes. */
export const GlobalFlags = [Home, LogLevel] as const
