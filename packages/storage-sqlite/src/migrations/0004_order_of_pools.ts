/** An index of the line of a pool, so that its first claims are found without reading the others. */
export const orderOfPools = `
create index pool_claims_in_line on pool_claims (pool, granted, priority desc, id);
`
