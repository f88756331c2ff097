import type { RetrySnapshot } from "@heddle/events/RetrySnapshot"
import type { RetryPolicySnapshot } from "@heddle/events/RetryPolicySnapshot"
import type { RetryPolicy } from "../RetryPolicy.ts"

type Written = RetryPolicy | { readonly [errorTag: string]: RetryPolicy | "fail" | undefined; readonly _tag?: never }

const policy = (written: RetryPolicy): RetryPolicySnapshot => {
  const { _tag, ...snapshot } = written
  return snapshot
}

/** Converts the retry option of an op to data. */
export const retrySnapshot = (written: Written | undefined): { readonly retry?: RetrySnapshot } => {
  if (written === undefined) return {}
  if (written._tag === "RetryPolicy") return { retry: { _tag: "any", policy: policy(written) } }
  const policies: Record<string, RetryPolicySnapshot | null> = {}
  for (const [tag, answer] of Object.entries(written)) {
    if (answer !== undefined) policies[tag] = answer === "fail" ? null : policy(answer)
  }
  return { retry: { _tag: "byError", policies } }
}
