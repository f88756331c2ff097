import * as Redacted from "effect/Redacted"

/**
 * A run config in which the values of secrets stand in place of `Redacted` ones. JSON would write `<redacted>` for them.
 *
 * @param config - run config as it was given
 */
export const withoutRedacted = (config: unknown): unknown => {
  if (Redacted.isRedacted(config)) return withoutRedacted(Redacted.value(config))
  if (Array.isArray(config)) return config.map(withoutRedacted)
  if (typeof config !== "object" || config === null) return config
  return Object.fromEntries(Object.entries(config).map(([name, value]) => [name, withoutRedacted(value)]))
}
