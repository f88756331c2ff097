/** An index that finds the re-executions of a run. It skips records that are not valid JSON. */
export const runsByRoot = `
create index runs_by_root on runs (case when json_valid(record) then record ->> 'rootRunId' end);
`
