/**
 * Where a run stands. `starting` waits for the executor; `canceling`, `interrupted` and `raised` start nothing more and wait
 * for what runs; `ending` has decided how the run ends; `ended` has it in the log.
 */
export type Stage = "created" | "starting" | "running" | "canceling" | "interrupted" | "raised" | "ending" | "ended"
