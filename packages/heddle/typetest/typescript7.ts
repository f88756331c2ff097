/** What TypeScript 7 infers, and older versions do not (`tsconfig.typetest-5.9.json` leaves this file out). */
import { Op } from "heddle"
import { Schema } from "effect"

// a body that returns one literal needs no `as const`
const Level = Schema.Literals(["low", "high"])
Op.make("literal", { output: Level, run: () => "low" })
Op.make("literal", { output: Level, run: async () => "low" })
