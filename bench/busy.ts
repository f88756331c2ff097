/** Keeps the processor busy for so long. */
export const busy = (millis: number): number => {
  const end = performance.now() + millis
  while (performance.now() < end);
  return 1
}

/** How many steps of `multi8` are busy. */
export const BURNS = 8
