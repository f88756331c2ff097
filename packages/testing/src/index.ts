export * from "./EventArbitrary.ts"
export * from "./InstanceReplay.ts"
export * from "./instanceForTest.ts"
