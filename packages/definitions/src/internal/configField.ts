import { ConfigNode } from "@heddle/config/ConfigNode"
import type * as Schema from "effect/Schema"

/** What a section takes as `config`; without a schema of its own it is anything. */
export const configField = (schema: Schema.Top | undefined): { readonly config: ConfigNode } => ({
  config: schema === undefined ? ConfigNode.open : ConfigNode.value(schema)
})
