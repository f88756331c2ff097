/** When a commit returns: once it is on disk (`full`), or once the operating system has it (`relaxed`). */
export type Durability = "full" | "relaxed"
