/** Keeps the CPU busy for a given time. */
export const busy = (millis: number): number => {
  const end = performance.now() + millis
  while (performance.now() < end);
  return 1
}

/** Number of CPU-bound steps in `multi8`. */
export const BURNS = 8
