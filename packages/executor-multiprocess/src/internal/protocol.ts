/** The version of the messages. The two sides may come from different copies of this package. */
export const PROTOCOL = 3
