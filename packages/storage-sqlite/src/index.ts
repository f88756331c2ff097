export * from "./SqliteInstance.ts"
