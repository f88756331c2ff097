import * as Context from "effect/Context"

/** Environment variables by name. */
export type Variables = { readonly [name: string]: string | undefined }

/** Not every host has a `process`; a host without one has no variables. */
const ofProcess = (): Variables => (globalThis as { readonly process?: { readonly env: Variables } }).process?.env ?? {}

/**
 * The environment variables that config of the form `{ env: NAME }` is read from. By default, those of this process.
 *
 * @since 0.1.0
 * @source Dagster StringSource, which reads os.environ
 */
export const ConfigEnvironment: Context.Reference<Variables> = Context.Reference<Variables>(
  "@heddle/config/ConfigEnvironment",
  { defaultValue: ofProcess }
)
