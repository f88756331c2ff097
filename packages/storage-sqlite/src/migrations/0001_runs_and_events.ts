/** Events, runs with the summaries of their events, tags of runs, and snapshots of jobs. */
export const runsAndEvents = `
create table events (
  -- The cursor of the log: AUTOINCREMENT never hands out an id twice, not even after rows were deleted.
  id integer primary key autoincrement,
  run_id text not null,
  event_id text not null,
  type text not null,
  step_key text,
  timestamp real not null,
  body text not null,
  unique (run_id, event_id)
) strict;

-- Every index of SQLite ends in the row's id, so this one serves "of a run, after a cursor, in order".
create index events_of_run on events (run_id);

create table snapshots (
  sha256 text primary key,
  body text not null
) strict, without rowid;

create table runs (
  id integer primary key autoincrement,
  run_id text not null unique,
  job_name text not null,
  created_at real not null,
  record text not null,
  snapshot text not null references snapshots (sha256),
  -- From here on: an index, derived from the run's events.
  status text not null,
  started_at real,
  ended_at real,
  pid integer,
  host text
) strict;

create index runs_by_status on runs (status);
create index runs_by_job on runs (job_name);

create table run_tags (
  run integer not null references runs (id),
  key text not null,
  value text not null,
  primary key (run, key)
) strict, without rowid;

create index runs_by_tag on run_tags (key, value);
`
