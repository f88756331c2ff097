export * from "./Mapping.ts"
export * from "./Partitions.ts"
