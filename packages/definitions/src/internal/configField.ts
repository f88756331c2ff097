import { ConfigNode } from "@heddle/config/ConfigNode"
import type * as Schema from "effect/Schema"

/** The `config` field of a section. Without a schema, any value is valid. */
export const configField = (schema: Schema.Top | undefined): { readonly config: ConfigNode } => ({
  config: schema === undefined ? ConfigNode.open : ConfigNode.value(schema)
})
