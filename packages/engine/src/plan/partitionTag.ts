/** Tag of a run that says which partition it is for. */
export const PARTITION_TAG = "heddle/partition"

/** Begin of the tags that say the key of each dimension of a partition that has several: `heddle/partition/region`. */
export const DIMENSION_TAG = `${PARTITION_TAG}/`
