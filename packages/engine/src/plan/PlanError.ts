import * as Schema from "effect/Schema"

/**
 * A job that no plan can be made of.
 *
 * @since 0.1.0
 */
export class PlanError extends Schema.TaggedError<PlanError>()("PlanError", {
  /** Node path of the step. */
  step: Schema.String,
  problem: Schema.String
}) {
  override get message(): string {
    return `Step "${this.step}": ${this.problem}`
  }
}
