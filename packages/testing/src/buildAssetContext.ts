import { DirectContext, type DirectContextOptions } from "@heddle/definitions/DirectContext"

/**
 * Builds the context of a direct invocation of an asset's body; it is read afterwards as that of an op is.
 *
 * @param options - as for `buildOpContext`; `partitionKey` is the partition that the body is to make
 * @returns the context; its run id is `EPHEMERAL`
 * @since 0.1.0
 * @source Dagster build_asset_context
 */
export const buildAssetContext = (options: DirectContextOptions = {}): DirectContext => new DirectContext(options)
