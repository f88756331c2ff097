/**
 * What a call left out. Functions whose arguments have to go together take one of these as a rest parameter that nobody
 * fills: it is `[]` when all is there, and otherwise the compiler names what is missing in one line:
 * `Argument of type '[]' is not assignable to parameter of type 'MissingOptions<"runConfig">'`.
 *
 * @since 0.1.0
 */
export interface MissingOptions<Names> extends ReadonlyArray<never> {
  readonly "give these options": Names
}

/** Inputs to which nothing is wired; wire a handle, or `fromConfig`. */
export interface MissingInputs<Names> extends ReadonlyArray<never> {
  readonly "wire these inputs": Names
}

/** Wires of inputs that are not declared. */
export interface UnknownInputs<Names> extends ReadonlyArray<never> {
  readonly "these are no inputs": Names
}

/** Services that no resource of a job provides. */
export interface MissingServices<JobName, Services> extends ReadonlyArray<never> {
  readonly "provide these services by a resource of the job": [JobName, Services]
}

/** Upstream assets that are neither listed nor external. */
export interface MissingUpstream<Keys> extends ReadonlyArray<never> {
  readonly "add these upstream assets, or declare them external": Keys
}

/** Infers which of the options that may be needed a call gives: `K` becomes the names of all that it gives. */
export type Gives<K extends PropertyKey, Needed extends PropertyKey> = { readonly [P in K & Needed]: unknown }
