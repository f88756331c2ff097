/**
 * The parts that a call is missing. Functions whose arguments have to go together take one of these as a rest
 * parameter that nobody fills: it is `[]` when all is there, and otherwise the compiler names what is missing in one
 * line: `Property '"give these options"' is missing in type '[]' but required in type 'MissingOptions<"runConfig">'`.
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

/** An output beside named outputs. */
export interface OutputBesideOutputs {
  readonly "give either output or outputs": never
}

/** Services that no resource of a job provides. */
export interface MissingServices<JobName, Services> extends ReadonlyArray<never> {
  readonly "provide these services by a resource of the job": [JobName, Services]
}

/** Services that the layer of a resource needs, and that its `needs` does not name. */
export interface MissingNeeds<Services> {
  readonly "name these services in needs, by the keys under which jobs bind them": Services
}

/** Services that `needs` names, and that the layer of the resource does not need. */
export interface SurplusNeeds<Services> {
  readonly "the layer does not need these services": Services
}

/** Upstream assets that are neither listed nor external. */
export interface MissingUpstream<Keys> extends ReadonlyArray<never> {
  readonly "add these upstream assets, or declare them external": Keys
}

/** Results of checks that the graph of an asset does not give. */
export interface UnknownChecks<Names> {
  readonly "the graph has no such outputs": Names
}

/** Outputs of the graph of an asset that a check names, and that are not what checks give. */
export interface NotCheckResults<Names> {
  readonly "these outputs must be a boolean or an Asset.checkResult": Names
}

/** Outputs of a graph, of which one must be the asset. */
export interface SeveralAssets<Names> {
  readonly "one output must be the asset, and the others must be named in checks": Names
}

/**
 * Infers the names `K` of what a call gives, and asks for those of them that are known to be there for sure.
 *
 * Names and not types, because the compiler infers in two rounds when an argument holds a call of a function such as
 * `Layer.succeed`, which also has a form for pipes: in the first round the type is not known yet, the names are.
 */
export type Named<K, Known> = { readonly [P in K & Known & PropertyKey]: unknown }
/** Infers the type `O` of what a call gives, and asks nothing of it; what has no type is let through. */
export type Seen<O> = [O] extends [never] ? O : 0 extends 1 & O ? O : unknown
/** Nothing where the names `K` or what has no type hold all that is needed, and otherwise what the compiler shows. */
export type OptionsGiven<K, O, Needed> = [O] extends [never]
  ? []
  : 0 extends 1 & O
    ? []
    : [Exclude<Needed, K>] extends [never]
      ? []
      : MissingOptions<Exclude<Needed, K>>
