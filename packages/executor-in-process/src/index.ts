export * from "./InProcessExecutor.ts"
