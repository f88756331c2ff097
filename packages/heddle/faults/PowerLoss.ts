import type { Change, DiskRecord, RecordedFile } from "./DiskRecord.ts"

/** Bytes that a disk writes whole or not at all. */
const SECTOR = 512

/** What a loss of power leaves of that which no sync had confirmed. */
export interface PowerLoss {
  /** Whether new, changed and removed names are there without a sync of their folder. */
  readonly keepsNames: boolean
  /** Whether the disk has this sector of a change, or a new length, all the same. */
  readonly survives: () => boolean
}

/** The line of the record up to which syncs that had ended confirm what had ended. */
const confirmed = (syncs: ReadonlyArray<{ readonly start: number; readonly end: number }>, cut: number): number =>
  Math.max(-1, ...syncs.filter(({ end }) => end < cut).map(({ start }) => start))

const endOf = (change: Change): number => change.length ?? change.offset + change.data.length

const contentOf = (file: RecordedFile, cut: number, loss: PowerLoss): Buffer => {
  const until = confirmed(file.syncs, cut)
  const content = Buffer.alloc(Math.max(0, ...file.changes.map(endOf)))
  let length = 0
  const write = (offset: number, data: Buffer): void => {
    data.copy(content, offset)
    length = Math.max(length, offset + data.length)
  }
  for (const change of file.changes) {
    if (change.start >= cut) continue
    const isConfirmed = change.end < until
    if (change.length !== undefined) {
      if (!isConfirmed && !loss.survives()) continue
      content.fill(0, Math.min(length, change.length))
      length = change.length
    } else if (isConfirmed) {
      write(change.offset, change.data)
    } else {
      for (let at = 0; at < change.data.length;) {
        const next = at + SECTOR - ((change.offset + at) % SECTOR)
        if (loss.survives()) write(change.offset + at, change.data.subarray(at, next))
        at = next
      }
    }
  }
  return content.subarray(0, length)
}

/**
 * The files that are in the folder after the power failed, with their content.
 *
 * @param cut - the line of the record before which it failed
 */
const filesAfter = (record: DiskRecord, cut: number, loss: PowerLoss): ReadonlyMap<string, Buffer> => {
  const until = loss.keepsNames ? cut : confirmed(record.folderSyncs, cut)
  const files = new Map<string, RecordedFile>()
  for (const { end, file, name } of record.names) {
    if (end >= until) continue
    if (file === undefined) files.delete(name)
    else files.set(name, file)
  }
  return new Map([...files].map(([name, file]) => [name, contentOf(file, cut, loss)]))
}

/** Ways in which power is lost, and what is then on the disk. */
export const PowerLoss = {
  /** Only what was synced is there: a file whose name was not is missing. */
  strict: { keepsNames: false, survives: () => false } satisfies PowerLoss as PowerLoss,

  /** Only bytes that were synced are there: a file that never was is empty. */
  emptied: { keepsNames: true, survives: () => false } satisfies PowerLoss as PowerLoss,

  /** Each sector that was not synced is there or not, by a coin. */
  torn: (seed: number): PowerLoss => {
    let state = seed >>> 0
    return {
      keepsNames: seed % 2 === 0,
      survives: () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) < 2 ** 31
    }
  },

  filesAfter
}
