/**
 * Does work for every item, so many at once, and answers the results in the items' order.
 *
 * After a failure no further item is begun; those under way end first, then the first failure is thrown.
 */
export async function runLimited<T, R>(
  items: readonly T[],
  concurrency: number,
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  const entries = items.entries();
  await runWorkers(Math.min(concurrency, items.length), async (stopped) => {
    for (const [index, item] of entries) {
      results[index] = await work(item);
      if (stopped()) return;
    }
  });
  return results;
}

/** Runs workers side by side. When one fails the others are told to stop, and the first failure is thrown. */
export async function runWorkers(count: number, worker: (stopped: () => boolean) => Promise<void>): Promise<void> {
  let stop = false;
  const run = async (): Promise<void> => {
    try {
      await worker(() => stop);
    } catch (error) {
      stop = true;
      throw error;
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: count }, run));
  const failure = ends.find((end) => end.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
}
