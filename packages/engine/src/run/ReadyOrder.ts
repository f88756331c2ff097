/** A list that is read only at its front; the tail is shared. */
interface Link {
  readonly value: string
  readonly next: Link | undefined
}

/** First in, first out, as an immutable value: taking and adding cost constant time on average. */
interface Fifo {
  readonly priority: number
  readonly front: Link | undefined
  readonly back: Link | undefined
}

/**
 * The steps that are ready, in the order in which they will start: by descending priority, and among equals in the
 * order in which they became ready. An immutable value.
 *
 * @since 0.1.0
 */
export interface ReadyOrder {
  /** One queue for each priority that was seen, the highest first. */
  readonly queues: ReadonlyArray<Fifo>
  readonly size: number
}

const reverse = (link: Link | undefined): Link | undefined => {
  let reversed: Link | undefined
  for (let at = link; at !== undefined; at = at.next) reversed = { value: at.value, next: reversed }
  return reversed
}

export const ReadyOrder = {
  empty: { queues: [], size: 0 } satisfies ReadyOrder as ReadyOrder,

  /** Adds the key of a step behind all of its priority. */
  add: (order: ReadyOrder, stepKey: string, priority: number): ReadyOrder => {
    const at = order.queues.findIndex((queue) => queue.priority <= priority)
    const found = order.queues[at]
    const size = order.size + 1
    if (found !== undefined && found.priority === priority) {
      return { queues: order.queues.with(at, { ...found, back: { value: stepKey, next: found.back } }), size }
    }
    const queue = { priority, front: { value: stepKey, next: undefined }, back: undefined }
    return { queues: order.queues.toSpliced(at === -1 ? order.queues.length : at, 0, queue), size }
  },

  /** Adds the key of a step before all of its priority. */
  addFirst: (order: ReadyOrder, stepKey: string, priority: number): ReadyOrder => {
    const at = order.queues.findIndex((queue) => queue.priority <= priority)
    const found = order.queues[at]
    if (found === undefined || found.priority !== priority) return ReadyOrder.add(order, stepKey, priority)
    // With nothing in front, the last of those behind is the next.
    const front = { value: stepKey, next: found.front ?? reverse(found.back) }
    const back = found.front === undefined ? undefined : found.back
    return { queues: order.queues.with(at, { ...found, front, back }), size: order.size + 1 }
  },

  /** The priority of the next key, if there is one. */
  highest: (order: ReadyOrder): number | undefined =>
    order.queues.find(({ back, front }) => front !== undefined || back !== undefined)?.priority,

  /** Takes the next key, if there is one, and returns the order without that key. */
  take: (order: ReadyOrder): readonly [stepKey: string, rest: ReadyOrder] | undefined => {
    for (const [at, queue] of order.queues.entries()) {
      const front = queue.front ?? reverse(queue.back)
      if (front === undefined) continue
      const rest = { ...queue, front: front.next, back: queue.front === undefined ? undefined : queue.back }
      return [front.value, { queues: order.queues.with(at, rest), size: order.size - 1 }]
    }
    return undefined
  }
}
