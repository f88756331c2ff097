import type { Json } from "./Case.ts"
import { isObject } from "./values.ts"

/** Translates keys from Dagster's spelling, such as `max_concurrent`, to Heddle's. */
export const spelled = (config: Json | undefined): Json | undefined => {
  if (!isObject(config) || !isObject(config["execution"])) return config
  const rename = (value: Json): Json =>
    isObject(value)
      ? Object.fromEntries(
          Object.entries(value as { readonly [key: string]: Json }).map(([key, inner]) => [
            key === "max_concurrent" ? "maxConcurrent" : key,
            rename(inner)
          ])
        )
      : value
  return { ...(config as { readonly [key: string]: Json }), execution: rename(config["execution"] as Json) }
}
