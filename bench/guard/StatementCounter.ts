import { DatabaseSync, StatementSync } from "node:sqlite"

/** Counts the SQLite calls of this thread from now on. Other threads have their own `node:sqlite`. */
export class StatementCounter {
  /** Number of executed statements. An `exec` counts once. */
  statements = 0
  /** Number of statements that committed a write, explicitly or automatically. */
  transactions = 0

  constructor() {
    // A statement has no reference to its database.
    const databases = new WeakMap<StatementSync, DatabaseSync>()
    const written = (database: DatabaseSync | undefined): void => {
      if (database?.isOpen === true && !database.isTransaction) this.transactions++
    }
    const count = (): void => {
      this.statements++
    }
    const { exec, prepare } = DatabaseSync.prototype
    DatabaseSync.prototype.prepare = function (...args) {
      const statement = prepare.apply(this, args)
      databases.set(statement, this)
      return statement
    }
    DatabaseSync.prototype.exec = function (sql) {
      count()
      exec.call(this, sql)
      written(this)
    }
    const statements = StatementSync.prototype
    for (const name of ["all", "get", "iterate", "run"] as const) {
      const method: (this: StatementSync, ...args: Array<never>) => unknown = statements[name]
      const counted = function (this: StatementSync, ...args: Array<never>) {
        count()
        const result = method.apply(this, args)
        if (name === "run") written(databases.get(this))
        return result
      }
      Object.defineProperty(statements, name, { value: counted, configurable: true, writable: true })
    }
  }
}
