/** The oldest major version of Node that Heddle supports. */
const NEEDED = 24

/**
 * The version of Node that Heddle needs.
 *
 * @since 0.1.0
 */
export const NodeVersion = {
  /**
   * Checks the version of Node when a package is imported that needs new features of Node. Other runtimes pass.
   *
   * @param subject - the package, such as `@heddle/storage-sqlite`
   * @param version - the running version of Node, such as `24.1.0`; `undefined` in other runtimes
   * @param executable - path of the running program
   * @throws Error that names the Node that the package needs and the one that runs
   */
  require: (
    subject: string,
    version: string | undefined = globalThis.process?.versions?.node,
    executable: string | undefined = globalThis.process?.execPath
  ): void => {
    if (version === undefined || Number(version.split(".")[0]) >= NEEDED) return
    const where = executable === undefined ? "" : ` (${executable})`
    throw new Error(
      `${subject} needs Node ${NEEDED} or newer, but this is Node ${version}${where}: install a newer Node from https://nodejs.org or with your version manager`
    )
  }
}
