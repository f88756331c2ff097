/** Number of the messages' form: the two sides may come from different copies of this package. */
export const PROTOCOL = 3
