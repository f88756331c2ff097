import { IOManager, type IOManagerShape } from "@heddle/definitions/IOManager"
import type { JobDefinition } from "@heddle/definitions/JobDefinition"
import { DEFAULT_IO, type JobNeeds } from "@heddle/definitions/JobNeeds"
import * as Context from "effect/Context"
import * as Schema from "effect/Schema"

/**
 * The steps of a run run in several processes, but IO managers of the job keep values in the memory of one.
 *
 * @since 0.1.0
 */
export class ValuesNotShared extends Schema.TaggedError<ValuesNotShared>()("ValuesNotShared", {
  jobName: Schema.String,
  /** The keys of the IO managers, each with what it stores. */
  ioManagers: Schema.Array(Schema.Struct({ key: Schema.String, stores: Schema.Array(Schema.String) }))
}) {
  override get message(): string {
    const lines = this.ioManagers.map(({ key, stores }) => `\n  IO manager "${key}": ${stores.join(", ")}`)
    return `Steps of job "${this.jobName}" run in several processes, but these values would be kept in the memory of one, where the others cannot load them:${lines.join("")}\nUse IO managers that store values outside of the process, such as FileIOManager, or the in-process executor`
  }

  /**
   * Finds the IO managers that keep values in the memory of their process.
   *
   * @param job - the job, or the part of it that runs
   * @param needs - what its steps need
   * @param services - the services that are there
   * @returns the error, or `undefined` if there are none
   */
  static readonly find = (
    job: JobDefinition,
    needs: JobNeeds,
    services: Context.Context<never>
  ): ValuesNotShared | undefined => {
    const there = services as Context.Context<unknown>
    const stores = new Map<string, Set<string>>()
    const add = (key: string, manager: IOManagerShape | undefined, place: string) => {
      if (manager?.keepsInProcess === true) stores.set(key, (stores.get(key) ?? new Set()).add(place))
    }
    if (needs.defaultIO) add(DEFAULT_IO, Context.getOrUndefined(there, IOManager), "the outputs that name none")
    for (const { key, kind, place, tag } of needs.named) {
      if (kind === "IO manager") add(key, Context.getOrUndefined(there, tag), place)
    }
    const ioManagers = [...stores].map(([key, places]) => ({ key, stores: [...places] }))
    return ioManagers.length === 0 ? undefined : new ValuesNotShared({ jobName: job.name, ioManagers })
  }
}
