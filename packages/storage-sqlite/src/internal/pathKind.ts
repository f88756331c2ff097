import { statSync } from "node:fs"

/** What is at a path; `undefined` if there is nothing, or if this user may not look. */
export const pathKind = (path: string): "folder" | "file" | undefined => {
  try {
    return statSync(path).isDirectory() ? "folder" : "file"
  } catch {
    return undefined
  }
}
