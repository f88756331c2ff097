import { statSync } from "node:fs"

/** What stands at a path; nothing also when this user may not look. */
export const pathKind = (path: string): "folder" | "file" | undefined => {
  try {
    return statSync(path).isDirectory() ? "folder" : "file"
  } catch {
    return undefined
  }
}
