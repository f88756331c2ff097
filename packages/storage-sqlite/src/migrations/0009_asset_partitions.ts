/**
 * The latest events of each partition of an asset, so that all of them are read without their events. It is an index of the
 * log, written with each append.
 */
export const assetPartitions = `
create table asset_partitions (
  asset text not null,
  partition text not null,
  -- The latest materialization: its row in "events", run and time.
  materialized integer,
  materialized_by text,
  materialized_at real,
  -- The latest plan to materialize it: its row in "events", and the run.
  planned integer,
  planned_by text,
  primary key (asset, partition)
) strict, without rowid;

-- These find what is left of a partition when a run is deleted.
create index asset_partitions_materialized_by on asset_partitions (materialized_by);
create index asset_partitions_planned_by on asset_partitions (planned_by);
create index plans_of_partition on events (body ->> '$.asset', body ->> '$.partition')
  where type = 'ASSET_MATERIALIZATION_PLANNED';

insert into asset_partitions (asset, partition, materialized, materialized_by, materialized_at)
  select body ->> '$.asset', body ->> '$.partition', max(id), run_id, timestamp from events
  where type = 'ASSET_MATERIALIZATION' and body ->> '$.partition' is not null group by 1, 2;
insert into asset_partitions (asset, partition, planned, planned_by)
  select body ->> '$.asset', body ->> '$.partition', max(id), run_id from events
  where type = 'ASSET_MATERIALIZATION_PLANNED' and body ->> '$.partition' is not null group by 1, 2
  on conflict do update set planned = excluded.planned, planned_by = excluded.planned_by;
`
