import type { ExecutorConfig, ExecutorDeclaration, OfferedExecutors } from "./ExecutorDeclaration.ts"

/** Config of an executor, below its name or in its place; it is required if the executor requires a field. */
type ConfigField<Config> = {} extends Config ? { config?: Config } : { config: Config }

/** The config of an executor of which only the call knows which one it is. */
interface AnyExecutorConfig extends ExecutorConfig {
  readonly [field: string]: unknown
}

/**
 * The `execution` section of a job that names no executor: the executors, and so their names and own fields, are known
 * when it runs.
 *
 * @since 0.1.0
 */
export type ExecutionConfig = { config?: AnyExecutorConfig } | { [executor: string]: { config?: AnyExecutorConfig } }

/** The executors as a list. */
type Listed<X> = X extends ReadonlyArray<ExecutorDeclaration> ? X : X extends ExecutorDeclaration ? readonly [X] : never

/** One executor by its name. */
type ByName<X> = { [K in X as K extends ExecutorDeclaration<infer Name> ? Name : never]: ConfigField<ConfigOf<K>> }

type ConfigOf<X> = X extends ExecutorDeclaration<string, infer Config> ? Config : never

/** Executors that are not named: a run has one. */
type NotNamed<Names extends string> = { [N in Names]?: never }

/** Config of the first executor, or one executor by its name; who names one need not say what the first one requires. */
type SectionOf<Xs extends ReadonlyArray<ExecutorDeclaration>, Names extends string> =
  | (ConfigField<ConfigOf<Xs[0]>> & NotNamed<Names>)
  | {
      [X in Xs[number] as X["name"]]: { config?: ConfigOf<Xs[0]> } & ByName<X> & NotNamed<Exclude<Names, X["name"]>>
    }[Names]

/**
 * The `execution` section of a job that offers the executors `X`: config of the first one, or one by its name with its
 * config.
 *
 * @since 0.1.0
 */
export type ExecutionOf<X extends ExecutorDeclaration | OfferedExecutors> = [X] extends [never]
  ? ExecutionConfig
  : string extends Listed<X>[number]["name"]
    ? ExecutionConfig
    : SectionOf<Listed<X>, Listed<X>[number]["name"]>
