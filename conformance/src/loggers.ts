import { Logger, type Loggers } from "@heddle/definitions/Logger"
import * as Schema from "effect/Schema"
import type { Definition } from "./Case.ts"
import { configSchema } from "./configSchema.ts"
import { evaluate } from "./expressions.ts"
import type { Surroundings } from "./Surroundings.ts"

/** The loggers that a map of keys names. */
export const loggersOf = (
  definition: Definition,
  map: { readonly [key: string]: string } | undefined,
  surroundings: Surroundings
): Loggers =>
  Object.fromEntries(
    Object.entries(map ?? {}).map(([key, name]) => {
      const words = definition.loggers![name]!
      return [
        key,
        Logger.make({
          config: configSchema(words.config) ?? Schema.Void,
          make: (config: unknown) => ({
            level: Logger.levelOf(String(evaluate(words.level, { config, vars: {} }))),
            write: ({ level, message, stepKey }) =>
              void surroundings.trace.push(["log", name, level, message, stepKey ?? null])
          })
        })
      ]
    })
  )
