/** Requests to cancel runs, which the processes that carry them act on; and what finds runs by time, and by their job when one is deleted. */
export const cancelRequests = `
alter table runs add column cancel_requested_at real;
alter table runs add column cancel_reason text;
create index runs_by_time on runs (created_at);
create index runs_by_snapshot on runs (snapshot);
`
