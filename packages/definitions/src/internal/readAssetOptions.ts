import { AssetKey } from "@heddle/events/AssetKey"
import * as Schema from "effect/Schema"
import type { DefinitionProblem } from "../DefinitionError.ts"
import { OptionNames } from "../OptionNames.ts"

const isRecord = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** Whether a value is an asset, as the functions of `Asset` make them. */
export const isAsset = (value: unknown): boolean =>
  isRecord(value) && typeof value["key"] === "string" && isRecord(value["definition"])

/** What is wrong with a value that should be an asset; nothing if it is one. */
const notAsset = (value: unknown): string | undefined => {
  if (isAsset(value)) return undefined
  const several = isRecord(value) && isRecord(value["assets"]) ? Object.keys(value["assets"]) : []
  return several.length > 0
    ? `it is several assets: name one of them, such as .assets.${several[0]}`
    : "it is not an asset of Asset.make or of another function of Asset"
}

const upstream = (value: unknown): string | undefined =>
  notAsset(isRecord(value) && value["_tag"] === "AssetIn" ? value["asset"] : value)

const dependency = (value: unknown): string | undefined => {
  if (typeof value !== "string")
    return isRecord(value) && typeof value["key"] === "string" ? undefined : notAsset(value)
  return AssetKey.is(value) ? undefined : `"${value}" is not a valid key`
}

const text = (value: unknown): string | undefined => (typeof value === "string" ? undefined : "it must be a string")

const texts = (value: unknown): string | undefined =>
  Array.isArray(value) && value.every((one) => typeof one === "string") ? undefined : "it must be a list of strings"

const tags = (value: unknown): string | undefined =>
  isRecord(value) && Object.values(value).every((one) => typeof one === "string")
    ? undefined
    : "it must be a record of strings"

const schema = (value: unknown): string | undefined => (Schema.isSchema(value) ? undefined : "it must be a Schema")

const WHOLE: { readonly [option: string]: (value: unknown) => string | undefined } = {
  description: text,
  group: text,
  codeVersion: text,
  owners: texts,
  kinds: texts,
  tags,
  opTags: tags,
  output: schema,
  schema
}

const ENTRIES: { readonly [option: string]: readonly [word: string, wrong: (value: unknown) => string | undefined] } = {
  inputs: ["input", upstream]
}
const LISTS: typeof ENTRIES = { deps: ["deps", dependency], additionalDeps: ["additionalDeps", dependency] }

/** What is wrong with one option. */
const mistakesIn = (option: string, value: unknown): ReadonlyArray<DefinitionProblem> => {
  const whole = Object.hasOwn(WHOLE, option) ? WHOLE[option]!(value) : undefined
  if (whole !== undefined) return [{ place: `"${option}"`, message: whole }]
  if (Object.hasOwn(ENTRIES, option)) {
    const [word, wrong] = ENTRIES[option]!
    if (!isRecord(value)) return [{ place: `"${option}"`, message: "it must be a record of assets" }]
    return Object.entries(value).flatMap(([name, one]) => {
      const message = wrong(one)
      return message === undefined ? [] : [{ place: `${word} "${name}"`, message }]
    })
  }
  if (!Object.hasOwn(LISTS, option)) return []
  const [word, wrong] = LISTS[option]!
  if (!Array.isArray(value)) return [{ place: `"${option}"`, message: "it must be a list of assets and keys" }]
  return value.flatMap((one, i) => {
    const message = wrong(one)
    return message === undefined ? [] : [{ place: `${word}[${i}]`, message }]
  })
}

/**
 * Reads the options of an asset or a check, and finds what types would have rejected. An option that is not of its type is left
 * out, so that all mistakes are told at once.
 *
 * @param given - the options, from code that may be untyped
 * @param names - the options that exist
 */
export const readAssetOptions = <O extends object>(
  given: unknown,
  names: OptionNames<O>
): { readonly options: O; readonly problems: Array<DefinitionProblem> } => {
  const read = OptionNames.read<O>(given, names)
  const problems = [...read.problems]
  const fine = Object.entries(read.options).filter(([option, value]) => {
    const mistakes = mistakesIn(option, value)
    problems.push(...mistakes)
    return mistakes.length === 0
  })
  return { options: Object.fromEntries(fine) as O, problems }
}

/** Puts a place before that of problems. */
export const inside =
  (place: string) =>
  (problem: DefinitionProblem): DefinitionProblem => ({
    ...problem,
    place: problem.place === "" ? place : `${place} › ${problem.place}`
  })
