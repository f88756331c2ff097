export * from "./EventArbitrary.ts"
export * from "./instanceForTest.ts"
