/** Tag of a run that says which partition it is for. */
export const PARTITION_TAG = "heddle/partition"
