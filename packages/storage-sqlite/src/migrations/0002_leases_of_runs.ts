/** The lease of the process that executes a run. The fence is 0 until a process acquires the run. */
export const leasesOfRuns = `
alter table runs add column lease_fence integer not null default 0;
alter table runs add column lease_pid integer;
alter table runs add column lease_host text;
alter table runs add column lease_since real;
alter table runs add column lease_until real;
`
