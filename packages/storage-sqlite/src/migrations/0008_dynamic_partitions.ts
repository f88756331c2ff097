/** The keys of dynamic partitions. */
export const dynamicPartitions = `
create table dynamic_partitions (
  -- The order in which they were added.
  id integer primary key autoincrement,
  name text not null,
  key text not null,
  unique (name, key)
) strict;
`
