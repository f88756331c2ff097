/** The lease of the process that carries a run: its fence is 0 until one has taken it. */
export const leasesOfRuns = `
alter table runs add column lease_fence integer not null default 0;
alter table runs add column lease_pid integer;
alter table runs add column lease_host text;
alter table runs add column lease_since real;
alter table runs add column lease_until real;
`
