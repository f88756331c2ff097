/** When a commit returns: once it is on the disk, or once the operating system has it. */
export type Durability = "full" | "relaxed"
