import * as Argument from "effect/cli/Argument"

/** Arguments of the commands about dynamic partitions. */
export const PartitionArguments = {
  name: Argument.String("name").pipe(
    Argument.withDescription("Name of the dynamic partitions, as in `Partitions.dynamic(name)`")
  ),
  keys: Argument.String("key").pipe(
    Argument.withDescription("Keys of partitions, such as the names of customers"),
    Argument.variadic({ min: 1 })
  )
}
