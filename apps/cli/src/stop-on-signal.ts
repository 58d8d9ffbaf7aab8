import { once } from 'node:events';
import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * Aborts at SIGINT or SIGTERM. A second signal ends the process at once: whoever sends it does not want to wait
 * for what is in flight.
 */
export function stopSignal(): AbortSignal {
  const stopping = new AbortController();
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      if (stopping.signal.aborted) process.exit(128 + constants.signals[signal]);
      stopping.abort(new Error(`${signal} was received`));
    });
  }
  return stopping.signal;
}

/** Waits until a stop is asked for. */
export async function untilStopped(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}

/** Waits for SIGINT or SIGTERM, then for `stop`. */
export async function stopOnSignal(stop: () => Promise<void>): Promise<void> {
  await untilStopped(stopSignal());
  await stop();
}
