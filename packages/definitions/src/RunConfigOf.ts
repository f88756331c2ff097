/** The `ops` section of a graph's run config; optional when nothing in it is required. */
export type OpsNode<Cfg> = {} extends Cfg ? { readonly ops?: Cfg } : { readonly ops: Cfg }

/**
 * Run config of a job: exactly what `validateRunConfig` accepts, less the resources that a call replaces.
 *
 * @since 0.1.0
 */
export type RunConfigOf<Cfg, RCfg, In> = OpsNode<Cfg> &
  ([keyof In] extends [never] ? {} : {} extends In ? { readonly inputs?: In } : { readonly inputs: In }) &
  ({} extends RCfg ? { readonly resources?: RCfg } : { readonly resources: RCfg }) & {
    readonly execution?: { readonly config?: unknown } | { readonly [executor: string]: { readonly config?: unknown } }
    readonly loggers?: { readonly [logger: string]: { readonly config?: unknown } }
  }
