import { DirectContext, type DirectContextOptions } from "@heddle/definitions/DirectContext"

/**
 * Builds the context of a direct invocation, `op.invoke(inputs, { context })`. What the body did beside its value can be
 * read of it afterwards: `lines`, `emissions`, `getOutputMetadata`. It is also an `OpExecutionContext`, to be provided to
 * helpers that ask for one.
 *
 * @param options - `config` of the op, as it stands in run config; `resources`: values by the name under which the body
 *   reads them, instead of services; `mappingKey`, `partitionKey`, `retryNumber`, `tags`, `runConfig` of the run that
 *   there is none of
 * @returns the context; its run id is `EPHEMERAL`
 * @since 0.1.0
 * @source Dagster build_op_context
 */
export const buildOpContext = (options: DirectContextOptions = {}): DirectContext => new DirectContext(options)
