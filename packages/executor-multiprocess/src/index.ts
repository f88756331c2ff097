export * from "./MultiprocessExecutor.ts"
export * from "./WorkerCrashed.ts"
export * from "./WorkerMessage.ts"
