/** Tag of steps, and of runs, that says what goes first where not all can: the higher number. */
export const PRIORITY_TAG = "heddle/priority"
