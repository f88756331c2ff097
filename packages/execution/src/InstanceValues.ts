import type { EventLog } from "@heddle/storage/EventLog"

const values = new WeakMap<EventLog["Service"], Map<string, unknown>>()

/**
 * The values of assets of an instance that has no folder for them: in memory, as long as the instance is there.
 *
 * @since 0.1.0
 */
export const InstanceValues = {
  /** The values of the assets of an instance, which its event log stands for. */
  of: (log: EventLog["Service"]): Map<string, unknown> => {
    let found = values.get(log)
    if (found === undefined) values.set(log, (found = new Map()))
    return found
  }
}
