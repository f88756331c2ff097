import { expect, vi } from "vitest"

/** Tests that start processes take seconds where the cores are shared; all others are done in less, or hang. */
const STARTS_PROCESSES =
  /[\\/](packages[\\/](cli|executor-multiprocess|heddle|storage-sqlite)|examples[\\/][^\\/]+)[\\/]test[\\/]/

const patience = STARTS_PROCESSES.test(expect.getState().testPath ?? "") ? 60_000 : 15_000
vi.setConfig({ testTimeout: patience, hookTimeout: patience })
