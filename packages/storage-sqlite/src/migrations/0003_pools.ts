/** Limits of pools, and the claims on their slots. */
export const pools = `
create table pool_limits (
  -- The pool "" has the limit of all that have none of their own.
  pool text primary key,
  slots integer not null
) strict, without rowid;

create table pool_claims (
  -- The order in which they asked.
  id integer primary key autoincrement,
  pool text not null,
  run_id text not null,
  step_key text not null,
  attempt integer not null,
  priority real not null,
  granted integer not null default 0,
  unique (run_id, step_key, attempt, pool)
) strict;

create index pool_claims_of_pool on pool_claims (pool, granted);
`
