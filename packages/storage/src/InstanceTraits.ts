import * as Context from "effect/Context"

/** Properties of an instance as a whole. */
export interface InstanceTraits {
  /** Whether another process can open the same instance. */
  readonly isShared: boolean
  /** The folder for values of outputs that name no IO manager, if the instance has one. */
  readonly valuesFolder: string | undefined
}

const memory: InstanceTraits = { isShared: false, valuesFolder: undefined }

/**
 * Whether other processes can open the instance, and where values of its runs are stored as files. An instance in memory is not
 * shared, and has no folder.
 *
 * @since 0.1.0
 */
export const InstanceTraits: Context.Reference<InstanceTraits> = Context.Reference("@heddle/storage/InstanceTraits", {
  defaultValue: () => memory
})
