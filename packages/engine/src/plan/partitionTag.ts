/** Tag of a run that says which partition it is for. */
export const PARTITION_TAG = "heddle/partition"

/** Begin of the tags that say the key of each dimension of a partition that has several: `heddle/partition/region`. */
export const DIMENSION_TAG = `${PARTITION_TAG}/`

/** Tag of a run that says for which range of partitions it is: `2026-01...2026-06`. */
export const RANGE_TAG = "heddle/partitionRange"

/** Tells whether a tag says for which partitions a run is. */
export const isPartitionTag = (tag: string): boolean =>
  tag === PARTITION_TAG || tag === RANGE_TAG || tag.startsWith(DIMENSION_TAG)
