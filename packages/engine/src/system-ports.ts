import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Clock, EnginePorts } from './ports.ts';

/** The clock of the machine. */
export const SYSTEM_CLOCK: Clock = {
  now: () => new Date(),
  sleep: async (ms, signal) => {
    try {
      await wait(ms, undefined, { ...(signal !== undefined && { signal }) });
    } catch (error) {
      if (signal?.aborted !== true) throw error;
    }
  },
};

const RANDOM_STEPS = 2 ** 47;

/** Time, ids and randomness of the machine; for tests and simulations there are others. */
export const SYSTEM_PORTS: Pick<EnginePorts, 'clock' | 'newId' | 'random'> = {
  clock: SYSTEM_CLOCK,
  newId: randomUUID,
  random: () => randomInt(RANDOM_STEPS) / RANDOM_STEPS,
};
