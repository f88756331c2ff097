/** Requests to cancel runs, and indices that find runs by time and by snapshot. */
export const cancelRequests = `
alter table runs add column cancel_requested_at real;
alter table runs add column cancel_reason text;
create index runs_by_time on runs (created_at);
create index runs_by_snapshot on runs (snapshot);
`
