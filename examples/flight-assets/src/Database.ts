import { type DuckDb, open, type QueryFailed } from "@heddle/example-flight-delays/DuckDb"
import { Context, Layer } from "effect"

/** DuckDB in memory, for queries over files. It keeps nothing itself. */
export class Database extends Context.Service<Database, DuckDb>()("@heddle/example-flight-assets/Database") {
  static readonly layer: Layer.Layer<Database, QueryFailed> = Layer.effect(Database, open)
}
