import type { RetrySnapshot } from "@heddle/events/JobSnapshot"
import type { RetryPolicySnapshot } from "@heddle/events/RetryPolicySnapshot"
import type { RetryPolicy } from "../RetryPolicy.ts"

type Written = RetryPolicy | { readonly [errorTag: string]: RetryPolicy | "fail" | undefined; readonly _tag?: never }

const policy = (written: RetryPolicy): RetryPolicySnapshot => {
  const { _tag, ...snapshot } = written
  return snapshot
}

/** Takes a retry as it is written and gives it as data. */
export const retrySnapshot = (written: Written | undefined): RetrySnapshot | undefined => {
  if (written === undefined) return undefined
  if (written._tag === "RetryPolicy") return { _tag: "any", policy: policy(written as RetryPolicy) }
  const policies: Record<string, RetryPolicySnapshot | null> = {}
  for (const [tag, answer] of Object.entries(written)) {
    if (answer !== undefined) policies[tag] = answer === "fail" ? null : policy(answer)
  }
  return { _tag: "byError", policies }
}
