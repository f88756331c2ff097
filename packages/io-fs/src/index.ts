export * from "./FileIOError.ts"
export * from "./FileIOManager.ts"
