/** The line of a pool in its order, so that its first claims are found without a look at the others. */
export const orderOfPools = `
create index pool_claims_in_line on pool_claims (pool, granted, priority desc, id);
`
