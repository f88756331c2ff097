/**
 * A place in the tree of mapping keys: the root of a run, or one key of a dynamic output. A step that is not mapped stands
 * at the root, a copy of a mapped step at the place of its keys, `m[a][b]` two levels below the root.
 */
export class Place {
  /** The mapping keys from the root, outermost first. */
  readonly keys: ReadonlyArray<string>
  readonly parent: Place | undefined
  /** Number among the places of the same dynamic output. */
  readonly position: number

  constructor(parent: Place | undefined, key: string | undefined, position: number) {
    this.parent = parent
    this.keys = parent === undefined || key === undefined ? [] : [...parent.keys, key]
    this.position = position
  }

  /** How many levels of mapping it is below the root. */
  get depth(): number {
    return this.keys.length
  }

  /** This place, or the one around it that is so many levels below the root. */
  at(depth: number): Place {
    return depth >= this.depth || this.parent === undefined ? this : this.parent.at(depth)
  }

  /** One place for each key of a dynamic output of a step that stands here. */
  below(keys: ReadonlyArray<string>): ReadonlyArray<Place> {
    return keys.map((key, position) => new Place(this, key, position))
  }
}
