// Loaded into workers by a test: every message is sent twice, as happens when an answer is lost.
const { fetch } = globalThis
globalThis.fetch = async (...request) => {
  await (await fetch(...request)).arrayBuffer()
  return fetch(...request)
}
