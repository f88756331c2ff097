/** Indices that find the events of an asset, of one of its partitions, and of one of its checks. */
export const eventsOfAssets = `
create index materializations_of_asset on events (body ->> '$.asset')
  where type = 'ASSET_MATERIALIZATION';
create index materializations_of_partition on events (body ->> '$.asset', body ->> '$.partition')
  where type = 'ASSET_MATERIALIZATION';
create index observations_of_asset on events (body ->> '$.asset', body ->> '$.partition')
  where type = 'ASSET_OBSERVATION';
create index evaluations_of_asset on events (body ->> '$.asset', body ->> '$.check')
  where type = 'ASSET_CHECK_EVALUATION';
`
