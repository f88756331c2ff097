import type { YAMLError } from "yaml"

/** Explanations by the error code of the library, whose own messages are for people who know its internals. */
const SAID: { readonly [code in YAMLError["code"]]?: string } = {
  ALIAS_PROPS: "an alias cannot have an anchor or a tag",
  BAD_ALIAS: "the name of this anchor or alias is not valid: use letters, digits and underscores",
  BAD_COLLECTION_TYPE: "the tag does not fit this value: remove the tag",
  BAD_DIRECTIVE: "this directive is not valid: remove the line",
  BAD_DQ_ESCAPE: "this escape sequence is not valid: write \\\\ for a backslash, or use single quotes",
  BAD_INDENT: "this line is not indented as the lines around it are",
  BAD_PROP_ORDER: "an anchor or a tag must come directly before its value",
  BAD_SCALAR_START: "a text cannot start with this character: put it in quotes",
  BLOCK_AS_IMPLICIT_KEY: 'this line has a second ": ": put the text in quotes, or start a new line',
  BLOCK_IN_FLOW: "a value inside brackets cannot be written with indentation: use brackets inside brackets",
  DUPLICATE_KEY: "this key is already there in the same map",
  IMPOSSIBLE: "this text cannot be read as YAML",
  KEY_OVER_1024_CHARS: "a key must be shorter than 1,024 characters",
  MULTILINE_IMPLICIT_KEY: 'a key must be on one line with its ":"',
  MULTIPLE_ANCHORS: "a value can have only one anchor",
  MULTIPLE_DOCS: 'a config file can hold only one document: remove this "---", or split the file',
  MULTIPLE_TAGS: "a value can have only one tag",
  TAB_AS_INDENT: "tabs cannot be used for indentation: use spaces"
}

/** Explanations for messages of the library that say more than their code. */
const MORE: ReadonlyArray<readonly [said: RegExp, plainly: (match: RegExpExecArray) => string]> = [
  [/^Missing closing (["'])quote/, ([, quote]) => `the closing ${quote} is missing`],
  [/^Missing space after :/, () => 'a space is missing after ":"'],
  [/^Missing , (or : )?between flow (map|sequence) items/i, () => "a comma is missing"],
  [/^Flow (map|sequence) .*(must|and) .*end with a? ?([\]}])/i, ([, , , end]) => `the closing ${end} is missing`],
  [/^Expected flow (map|sequence) to end with ([\]}])/i, ([, , end]) => `the closing ${end} is missing`],
  [/^Sequence item without - indicator/, () => 'this line is neither a list item ("- ") nor indented below one'],
  [
    /^Implicit map keys need to be followed by map values/,
    () => 'this line is neither "key: value" nor the continuation of a text'
  ],
  [/^Comments must be separated/, () => 'a space is missing before "#"'],
  [/^Tags and anchors must be separated/, () => "a space is missing after this anchor or tag"],
  [/^Missing directives-end/, () => 'a line "---" is missing after the directives'],
  [/^Unexpected , in/, () => "this comma has no value before it"],
  [/^Unexpected empty item/, () => "a value is missing before this comma"],
  [/^Block scalar header includes extra characters/, () => 'only a comment may follow "|" or ">" on its line']
]

/**
 * Explains mistakes in YAML.
 *
 * @since 0.1.0
 */
export const YamlFault = {
  /** Explains an error of the library in one sentence. */
  said: ({ code, message }: YAMLError): string => {
    for (const [pattern, plainly] of MORE) {
      const match = pattern.exec(message)
      if (match !== null) return plainly(match)
    }
    return SAID[code] ?? "this is not expected here: check the brackets, quotes and indentation before it"
  }
}
