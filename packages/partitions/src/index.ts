export * from "./PartitionMapping.ts"
export * from "./Partitions.ts"
