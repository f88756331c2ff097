import { assert, describe, it } from "@effect/vitest"
import { existsSync, readFileSync, rmSync } from "node:fs"
import { spawnedHeddle } from "./spawnedHeddle.ts"

const { file, heddle, inFolder, spawned } = spawnedHeddle()

/** A run of the fan-out `list → page[a…d] → index`, whose `page[b]` has a gap until it is mended. */
const crawling = (name: string) => {
  const ran = inFolder(`${name}.ran`)
  const mended = inFolder(`${name}.mended`)
  const env = { RAN: ran, MENDED: mended }
  return {
    crawl: (gap: string, ...args: ReadonlyArray<string>) =>
      spawned(["job", "execute", "-f", "crawl.ts", "--config-json", config(gap), ...args], env),
    reexecute: (...args: ReadonlyArray<string>) => spawned(["run", "reexecute", ...args, "-f", "crawl.ts"], env),
    mend: () => file(`${name}.mended`, ""),
    /** Steps whose bodies were entered since the last look, sorted. */
    ran: (): ReadonlyArray<string> => {
      if (!existsSync(ran)) return []
      const keys = readFileSync(ran, "utf8").trimEnd().split("\n").toSorted()
      rmSync(ran)
      return keys
    }
  }
}
const config = (gap: string): string => JSON.stringify({ ops: { page: { config: { gap } } } })

const ALL = ["index", "list", "page[a]", "page[b]", "page[c]", "page[d]"]

describe("heddle run reexecute", () => {
  it("executes only the steps that did not succeed, with the run config and tags of the run", async () => {
    const at = crawling("failed")
    const failed = await at.crawl("fails", "--run-id", "failed-1", "--tag", "team=x", "--tag", "try=1").end
    assert.strictEqual(failed.code, 1, failed.stderr)
    assert.deepStrictEqual(
      at.ran(),
      ALL.filter((key) => key !== "index")
    )
    // Not mended: it fails in the same way.
    const again = await at.reexecute("failed-1", "--tag", "try=2").end
    assert.strictEqual(again.code, 1, again.stderr)
    assert.deepStrictEqual(at.ran(), ["page[b]"])
    assert.include(again.stdout, "Re-execution of failed-1: 4 steps reused, 1 executed")
    at.mend()
    // Outputs of the grandparent are reused too.
    const mended = await at.reexecute("last").end
    assert.strictEqual(mended.code, 0, mended.stderr + mended.stdout)
    assert.deepStrictEqual(at.ran(), ["index", "page[b]"])
    assert.include(mended.stdout, "page of site a + page of site b + page of site c + page of site d")
    assert.match(mended.stdout, /Run \S+ succeeded after .*: 2 done$/m)
    assert.match(mended.stdout, /Re-execution of \S+: 4 steps reused, 2 executed/)

    const [last, between, first] = JSON.parse((await heddle("run", "list", "--json")).stdout)
    assert.deepInclude(last, {
      parentRunId: between.runId,
      rootRunId: "failed-1",
      tags: { kind: "crawler", team: "x", try: "2" },
      runConfig: first.runConfig
    })
    const shown = await heddle("run", "show", "last")
    assert.match(shown.stdout, new RegExp(`parent +${between.runId}, 4 steps reused`))
    const listed = await heddle("run", "list")
    assert.match(listed.stdout, new RegExp(`^${between.runId} .* failed-1\\b`, "m"))
    assert.match(listed.stdout, new RegExp(`^${last.runId} .* ${between.runId.slice(0, 8)}\\b`, "m"))

    const nothing = await at.reexecute("last").end
    assert.strictEqual(nothing.code, 2)
    assert.include(nothing.stderr, "there is nothing left to execute")
    assert.include(nothing.stderr, "--from start")
    const whole = await at.reexecute("last", "--from", "start", "--json").end
    assert.strictEqual(whole.code, 0, whole.stderr)
    assert.deepStrictEqual(at.ran(), ALL)
    const events = whole.stdout.trimEnd().split("\n")
    assert.strictEqual(JSON.parse(events.at(-1)!)._tag, "RUN_SUCCESS")
  })

  it("marks a run whose process was killed as failed, and resumes it", async () => {
    const at = crawling("killed")
    const killed = at.crawl("waits", "--run-id", "killed-1", "--max-concurrent", "1")
    const [, pid] = /waiting in (\d+)/.exec(await killed.line(/waiting in \d+/))!
    process.kill(Number(pid), "SIGKILL")
    assert.strictEqual((await killed.end).code, 1)
    // Its steps run one after the other, and a body starts once the success of those before it is stored.
    assert.deepStrictEqual(at.ran(), ["list", "page[a]", "page[b]"])
    at.mend()
    const rest = await at.reexecute("last").end
    assert.strictEqual(rest.code, 0, rest.stderr + rest.stdout)
    assert.deepStrictEqual(at.ran(), ["index", "page[b]", "page[c]", "page[d]"])
    assert.include(rest.stderr, `Process ${pid} on`)
    assert.include(rest.stdout, "Re-execution of killed-1: 2 steps reused, 4 executed")
    for (const status of ["STARTED", "LOST"]) {
      const none = await heddle("run", "list", "--status", status, "--json")
      assert.deepStrictEqual(JSON.parse(none.stdout), [])
    }
    const events = await heddle("run", "events", "killed-1", "--type", "RUN_FAILURE", "--json")
    const end = JSON.parse(events.stdout)
    assert.deepInclude(end, { id: "~run~0~end", reason: "UNEXPECTED_TERMINATION", failedSteps: [] })
    assert.include(end.error.message, `Process ${pid} on`)
    const shown = await heddle("run", "show", "killed-1")
    assert.match(shown.stdout, /^crawl +FAILURE$/m)
    assert.include(shown.stdout, "2 succeeded")
  })

  it("uses the given run config, and is cancelled like job execute", async () => {
    const at = crawling("given")
    const failing = file("given.yaml", "ops: {page: {config: {gap: fails}}}\n")
    assert.strictEqual((await at.crawl("fails", "--run-id", "given-1").end).code, 1)
    assert.strictEqual((await at.reexecute("given-1", "-c", failing).end).code, 1)
    // A config that is given takes the place of the run's.
    const waiting = at.reexecute("last", "--config-json", config("waits"))
    await waiting.line(/waiting in \d+/)
    waiting.child.kill("SIGINT")
    const cancelled = await waiting.end
    assert.strictEqual(cancelled.code, 130, cancelled.stderr)
    assert.include(cancelled.stderr, "Cancelling…")
    at.mend()
    const rest = await at.reexecute("last").end
    assert.strictEqual(rest.code, 0, rest.stderr)
    assert.match(rest.stdout, /4 steps reused, 2 executed/)
  })

  it("rejects a run that cannot be re-executed, and says what to do", async () => {
    const at = crawling("refused")
    const unknown = await at.reexecute("nope").end
    assert.strictEqual(unknown.code, 2)
    assert.include(unknown.stderr, 'Run "nope" does not exist')
    assert.include(unknown.stderr, "heddle run list")

    const going = at.crawl("waits", "--run-id", "going-1")
    await going.line(/waiting in \d+/)
    const early = await at.reexecute("going-1").end
    assert.strictEqual(early.code, 2)
    assert.include(early.stderr, 'Run "going-1" is still running in process')
    going.child.kill("SIGINT")
    assert.strictEqual((await going.end).code, 130)
    at.ran()

    const other = await heddle("run", "reexecute", "going-1", "-f", "jobs.ts")
    assert.strictEqual(other.code, 2)
    assert.include(other.stderr, 'Run "going-1" belongs to job "crawl". Module "jobs.ts" has no job "crawl"')
    const named = await at.reexecute("going-1", "-j", "etl").end
    assert.strictEqual(named.code, 2)
    assert.include(named.stderr, 'Run "going-1" belongs to job "crawl", not to "etl"')
    const wrong = await at.reexecute("going-1", "--config-json", config("sings")).end
    assert.strictEqual(wrong.code, 2)
    assert.include(wrong.stderr, 'Run config of job "crawl" has 1 problem')
    const several = await heddle("run", "reexecute", "nope", "-f", "none.ts", "-c", "none.yaml")
    assert.strictEqual(several.code, 2)
    for (const said of ['"none.ts"', '"none.yaml"', 'Run "nope" does not exist']) assert.include(several.stderr, said)
    const none = inFolder("no-home")
    assert.strictEqual((await at.reexecute("last", "--home", none).end).code, 2)
    assert.isFalse(existsSync(none))
    // None of it has made a run, or run a body.
    assert.deepStrictEqual(at.ran(), [])
    assert.strictEqual(JSON.parse((await heddle("run", "list", "--json")).stdout)[0].runId, "going-1")
  })

  it("explains commands with examples in its help", async () => {
    const { code, stdout } = await heddle("run", "reexecute", "--help")
    assert.strictEqual(code, 0)
    assert.include(stdout, "--from")
    assert.include(stdout, "heddle run reexecute last -f src/definitions.ts")
  })
})
