/** What finds the re-executions of a run. A record that is not JSON any more belongs to none. */
export const runsByRoot = `
create index runs_by_root on runs (case when json_valid(record) then record ->> 'rootRunId' end);
`
