export * from "./MultiprocessExecutor.ts"
export * from "./MultiprocessOptions.ts"
export * from "./WorkerCrashed.ts"
export * from "./WorkerMessage.ts"
