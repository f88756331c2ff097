import { DirectContext, type DirectContextOptions } from "@heddle/definitions/DirectContext"

/**
 * Builds the context for a direct invocation, `op.invoke(inputs, { context })`. Afterwards it shows what the body did besides
 * returning a value: `lines`, `emissions`, `getOutputMetadata`. It is also an `OpExecutionContext` that you can provide to
 * functions that need one.
 *
 * @param options - `config` of the op, as in run config; `resources`: values by the names under which the body reads them,
 *   instead of services; `mappingKey`, `partitionKey` or `partitionRange`, `retryNumber`, `tags` and `runConfig`, which a run would provide
 * @returns the context; its run id is `EPHEMERAL`
 * @since 0.1.0
 * @source Dagster build_op_context
 */
export const buildOpContext = (options: DirectContextOptions = {}): DirectContext => new DirectContext(options)
