export * from "./ConfigNode.ts"
export * from "./ConfigProblem.ts"
export * from "./RunConfigError.ts"
export * from "./validate.ts"
