import { DirectContext, type DirectContextOptions } from "@heddle/definitions/DirectContext"

/**
 * Builds the context for a direct invocation of an asset. Read it afterwards, as with `buildOpContext`.
 *
 * @param options - as for `buildOpContext`; `partitionKey` or `partitionRange` is what the body produces
 * @returns the context; its run id is `EPHEMERAL`
 * @since 0.1.0
 * @source Dagster build_asset_context
 */
export const buildAssetContext = (options: DirectContextOptions = {}): DirectContext => new DirectContext(options)
