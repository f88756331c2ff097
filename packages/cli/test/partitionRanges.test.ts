import { assert, describe, it } from "@effect/vitest"
import { BackfillText } from "@heddle/cli/BackfillText"
import { ResumeCommand } from "@heddle/cli/ResumeCommand"
import { rmSync, writeFileSync } from "node:fs"
import { spawnedHeddle } from "./spawnedHeddle.ts"

const { heddle, inFolder, spawned } = spawnedHeddle()
const FILE = ["-f", "partitions.ts"]
const range = (from: number, to: number) => ["--partition-range", `2026-01-0${from}...2026-01-0${to}`]

describe("ranges of partitions", () => {
  it("are made with a run for each, and resumed with the command that the failure prints", async () => {
    const broken = inFolder("broken")
    writeFileSync(broken, "")
    const env = { TEST_BROKEN: broken }
    const args = ["asset", "materialize", ...FILE, "-s", "visits", ...range(1, 3)]
    const first = await spawned(args, env).end
    assert.strictEqual(first.code, 1, first.stderr)
    assert.match(first.stdout, /^Backfill [\w-]{36}: 3 partitions in 3 runs$/m)
    assert.match(first.stdout, /^✓ 2026-01-01 made: run \w{8}$/m)
    assert.match(first.stdout, /^✗ 2026-01-02 failed: run \w{8} – no data for the second$/m)
    assert.match(first.stdout, /^✗ Backfill failed after .*: 2 made · 1 not made$/m)
    const resume = /^ {2}resume: heddle (.*)$/m.exec(first.stdout)?.[1]
    assert.match(resume ?? "", /--partition-range 2026-01-01\.\.\.2026-01-03 --backfill [\w-]{36}$/)
    rmSync(broken)
    const second = await spawned(resume!.split(" "), env).end
    assert.strictEqual(second.code, 0, second.stderr)
    assert.include(second.stdout, "3 partitions in 1 run, 2 made before")
    assert.match(second.stdout, /^ {2}2026-01-02 started: run \w{8}, from run \w{8}$/m)
    assert.match(second.stdout, /^✓ Backfill succeeded after .*: 1 made · 2 made before$/m)
  })

  it("print JSON, and are made in one run if asked", async () => {
    const { code, stdout } = await heddle("asset", "materialize", ...FILE, "-s", "visits", ...range(1, 2), "--json")
    const lines = stdout
      .trim()
      .split("\n")
      .map((line): { readonly [name: string]: unknown } => JSON.parse(line))
    assert.strictEqual(code, 0)
    assert.deepStrictEqual(lines.map(({ _tag }) => _tag).toSorted(), [
      "BackfillEnded",
      "BackfillStarted",
      "RunEnded",
      "RunEnded",
      "RunStarted",
      "RunStarted"
    ])
    assert.deepInclude(lines.at(-1), { success: true, made: ["2026-01-01", "2026-01-02"], failed: [] })
    const grouped = await heddle("asset", "materialize", ...FILE, "-s", "rows", ...range(1, 3))
    assert.match(grouped.stdout, /^✓ 2026-01-01\.\.\.2026-01-03 made: run/m)
    const single = await heddle("asset", "materialize", ...FILE, "-s", "rows", ...range(1, 3), "--single-run", "--json")
    assert.strictEqual(single.code, 0, single.stderr)
    assert.strictEqual(single.stdout.match(/"_tag":"ASSET_MATERIALIZATION"/g)?.length, 3)
    const none = await heddle("asset", "materialize", ...FILE, "-s", "rows")
    assert.strictEqual(none.code, 2)
    assert.include(
      none.stderr,
      'makes or checks asset "rows", which is made by ranges of partitions: say which partition'
    )
    assert.include(none.stderr, "Add --partition or --partition-range")
    const refused = await heddle("asset", "materialize", ...FILE, "-s", "visits", ...range(1, 3), "--single-run")
    assert.strictEqual(refused.code, 2)
    assert.include(refused.stderr, 'asset "visits" is made for one partition at a time')
    assert.include(refused.stderr, "Leave out --single-run")
  })

  it("of a job are run for each key", async () => {
    const job = ["job", "execute", ...FILE, "-j", "letters"]
    const { code, stdout } = await heddle(...job, "--partition-range", "a...c", "--max-concurrent-runs", "1")
    assert.strictEqual(code, 0)
    assert.deepStrictEqual(stdout.match(/^✓ [abc] made/gm), ["✓ a made", "✓ b made", "✓ c made"])
  })

  it("are cancelled by Ctrl-C, which says how to resume", async () => {
    const waits = inFolder("waits")
    writeFileSync(waits, "")
    const env = { TEST_WAITS: waits }
    const args = ["asset", "materialize", ...FILE, "-s", "visits", ...range(3, 6), "--max-concurrent-runs", "1"]
    const run = spawned([...args, "--backfill", "four days"], env)
    await run.line(/visits wait/)
    run.child.kill("SIGINT")
    const { code, stdout } = await run.end
    assert.strictEqual(code, 130)
    assert.match(stdout, /^■ 2026-01-04 cancelled: run/m)
    assert.match(stdout, /^■ Backfill was cancelled after .*: 1 made · 3 not made$/m)
    assert.include(stdout, "--backfill 'four days'")
    rmSync(waits)
    const resumed = await spawned([...args, "--backfill", "four days"], env).end
    assert.strictEqual(resumed.code, 0, resumed.stderr)
    assert.match(resumed.stdout, /: 3 made · 1 made before$/m)
    const listed = await heddle("run", "list", "--tag", "heddle/backfill=four days")
    assert.match(listed.stdout, /^RUN .*PARTITION$/m)
    const partitions = listed.stdout.match(/2026-01-\d\d$/gm)
    assert.deepStrictEqual(
      partitions?.toSorted(),
      ["03", "04", "04", "05", "06"].map((day) => `2026-01-${day}`)
    )
    const none = await heddle("run", "list", "--tag", "heddle/backfill=other")
    assert.include(none.stderr, "No matching runs")
  })

  it("say everything that is wrong with the flags", async () => {
    const both = ["--partition-range", "2026-01-01", "--partition", "2026-01-01"]
    const ofMany = ["--single-run", "--backfill", "b", "--max-concurrent-runs", "2"]
    const wrong = await heddle("asset", "materialize", ...FILE, ...both, ...ofMany)
    assert.strictEqual(wrong.code, 2)
    assert.include(wrong.stderr, "--partition and --partition-range exclude each other")
    assert.include(wrong.stderr, "--backfill and --single-run exclude each other")
    assert.include(wrong.stderr, "--max-concurrent-runs and --single-run exclude each other")
    const alone = await heddle("asset", "materialize", ...FILE, "--single-run", "--backfill", "b")
    assert.include(alone.stderr, "--single-run needs --partition-range")
    assert.include(alone.stderr, "--backfill needs --partition-range")
    const text = await heddle("asset", "materialize", ...FILE, "--partition-range", "a...b...c")
    assert.include(text.stderr, '"a...b...c" is not a range of partitions')
    const id = await heddle("asset", "materialize", ...FILE, ...range(1, 2), "--run-id", "mine")
    assert.include(id.stderr, "--run-id is for one run")
    const unknown = await heddle("asset", "materialize", ...FILE, "-s", "visits", "--partition-range", "2026-01-01...x")
    assert.strictEqual(unknown.code, 2)
    assert.include(unknown.stderr, '"x"')
  })
})

describe("BackfillText", () => {
  it("lines - fit the width, and tell counts and the runs in progress", () => {
    let state = BackfillText.initial(0)
    const step = (progress: Parameters<typeof BackfillText.after>[1]) => {
      state = BackfillText.after(state, progress)
    }
    step({ _tag: "BackfillStarted", backfillId: "b", partitions: 12, skipped: 3, runs: 9 })
    for (const n of [1, 2, 3]) step({ _tag: "RunStarted", runId: `run-${n}`, partitions: [`2026-01-0${n}`] })
    step({ _tag: "RunEnded", runId: "run-1", status: "SUCCESS", partitions: ["2026-01-01"] })
    step({ _tag: "RunEnded", runId: "run-2", status: "FAILURE", partitions: ["2026-01-02"] })
    assert.deepStrictEqual(BackfillText.lines(state, { now: 61_000, width: 80 }), [
      "━━━━━━━━━━╌╌╌╌╌╌╌╌╌╌╌╌╌╌ 4/12 · 1 failed · 1 running · 1 m 01 s",
      "  ● 2026-01-03  run-3"
    ])
    for (const width of [30, 40, 60]) {
      for (const line of BackfillText.lines({ ...state, canceling: true }, { now: 0, width })) {
        assert.isAtMost(line.length, width)
      }
    }
  })

  it("ResumeCommand - keeps the words, as a shell reads them", () => {
    const words = ["asset", "materialize", "-s", "group:a and b's", "--partition-range", "1|eu...2|eu"]
    assert.strictEqual(
      ResumeCommand.of(words, "x y"),
      `heddle asset materialize -s 'group:a and b'\\''s' --partition-range '1|eu...2|eu' --backfill 'x y'`
    )
    assert.strictEqual(ResumeCommand.of(["job", "--backfill=b"], "b"), "heddle job --backfill=b")
  })
})
