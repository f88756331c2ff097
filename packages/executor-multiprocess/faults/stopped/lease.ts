/** How long a lease lasts here: short enough to wait for its end. */
export const LEASE = "600 millis"
