export * from "./inProcessExecutor.ts"
