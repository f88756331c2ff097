import { StorageError } from "@heddle/storage/StorageError"
import { dirname } from "node:path"
import { UnfitDatabase } from "./migrate.ts"
import { pathKind } from "./pathKind.ts"
import { Result, resultCode } from "./resultCode.ts"

/** What went wrong, if we have better words for it, and what to do next. */
interface Explanation {
  readonly words?: string
  readonly hint?: string
}

/** What stops an operation after the instance was closed. */
const closed: Explanation = {
  words: "the instance was closed",
  hint: "Keep the instance open while results of its runs are read: read them inside the effect that its layer is provided to"
}

/** Explains an error of SQLite, and says what to do about it. */
const explain = (cause: unknown): Explanation => {
  switch (resultCode(cause)) {
    case Result.BUSY:
      return {
        words: "another process keeps the database locked",
        hint: "Find the process that uses the file, such as a backup or a database browser, and try again once it is done"
      }
    case Result.READONLY:
      return {
        words: "the database is read-only for this user",
        hint: "Give this user write permission for the file and its folder, or choose another home folder"
      }
    case Result.IOERR:
      return {
        words: "the disk failed to read or write the database",
        hint: "Check the disk and the folder of the file"
      }
    case Result.CORRUPT:
      return {
        words: "the database is damaged",
        hint: 'Recover what can be read with "sqlite3 heddle.db .recover", restore a backup, or move the file away to start with an empty database'
      }
    case Result.FULL:
      return { words: "the disk is full", hint: "Free some space and try again" }
    case Result.NOTADB:
      return { words: "it is not a database", hint: "Choose another file, or move this one away" }
    default:
      return {}
  }
}

/** The error of a database that could not be opened. */
const ofOpening = (filename: string, cause: unknown): StorageError => {
  const { hint, words } =
    cause instanceof UnfitDatabase
      ? { words: cause.message, hint: cause.hint }
      : resultCode(cause) === Result.CANTOPEN
        ? unreachable(filename)
        : explain(cause)
  return new StorageError({
    operation: `open the instance in "${filename}"`,
    ...(hint === undefined ? {} : { hint }),
    cause: words === undefined ? cause : new Error(words, { cause })
  })
}

/** Explains why SQLite could not open a file, which SQLite does not do. */
const unreachable = (filename: string): { readonly words: string; readonly hint: string } => {
  const folder = dirname(filename)
  if (pathKind(filename) === "folder") return { words: "it is a folder", hint: "Name a file in it" }
  switch (pathKind(folder)) {
    case undefined:
      return { words: `the folder "${folder}" does not exist`, hint: "Create the folder, or choose another file" }
    case "file":
      return { words: `"${folder}" is not a folder`, hint: "Choose another folder, or move that file away" }
    case "folder":
      return { words: "the file cannot be opened or created", hint: `Check that this user may write to "${folder}"` }
  }
}

/** Explains failures of SQLite to users. */
export const SqliteFailure = { closed, explain, ofOpening }
