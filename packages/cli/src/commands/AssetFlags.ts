import * as Flag from "effect/cli/Flag"
import { JobFlags } from "./JobFlags.ts"

/** Flags of the commands about assets. */
export const AssetFlags = {
  file: JobFlags.file.pipe(Flag.withDescription("Module that exports Definitions with assets (.ts or .js)")),
  select: Flag.String("select").pipe(
    Flag.withAlias("s"),
    Flag.filter(
      (text) => text.trim() !== "",
      () => 'Expected a selection, such as "sales/daily+" or "group:finance"'
    ),
    Flag.withMetavar("<selection>"),
    Flag.withDescription(
      "Only these assets: `sales/daily`, `+a` and `a+` with one level around it, `*a*` with all levels, `group:finance`, `tag:tier=gold`, `kind:table`, `owner:…`, `code_location:shop`, `key:sales/*`, `roots(…)`, `sinks(…)`, joined with `and`, `or`, `not` and brackets (default: all)"
    ),
    Flag.optional
  ),
  json: Flag.Boolean("json").pipe(Flag.withDescription("Print JSON"), Flag.withDefault(false))
}
