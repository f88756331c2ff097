import { DirectContext } from "@heddle/definitions/DirectContext"
import type { TypeCheckContext } from "@heddle/definitions/TypeCheckContext"

/**
 * Builds the context for calling the function of a type check directly.
 *
 * @param options - `resources`: values by the names under which the check reads them
 * @returns the context; its run id is `EPHEMERAL`
 * @since 0.1.0
 * @source Dagster TypeCheckContext in a direct invocation
 */
export const buildTypeCheckContext = (
  options: { readonly resources?: { readonly [key: string]: unknown } } = {}
): TypeCheckContext => new DirectContext(options)
