import { makeServer } from "./server.ts"

const server = makeServer(process.env["HEDDLE_HOME"] ?? ".heddle")
console.log(`Listening on ${await server.listen({ host: "127.0.0.1", port: Number(process.env["PORT"] ?? 3000) })}`)
