/** A tag of the system by the name that it has here. */
export const tagName = (name: string): string => name.replace(/^dagster\//, "heddle/")

/** Tags with those of the system by the names that they have here. */
export const spelledTags = (tags: { readonly [name: string]: string }): { readonly [name: string]: string } =>
  Object.fromEntries(Object.entries(tags).map(([name, value]) => [tagName(name), value]))

/** Tags of a stored run as records have them: without those of the system, save the partition. */
export const recordedTags = (tags: { readonly [name: string]: string }): { readonly [name: string]: string } =>
  Object.fromEntries(
    Object.entries(tags).flatMap(([name, value]) =>
      /^heddle\/partition(\/|$)/.test(name)
        ? [[name.replace(/^heddle\//, "dagster/"), value]]
        : /^\.?heddle\//.test(name)
          ? []
          : [[name, value]]
    )
  )
