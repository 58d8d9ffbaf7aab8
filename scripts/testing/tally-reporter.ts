/** A reporter of `node --test` that writes the tally of the whole run as JSON, for the program that started it. */

import type { TestEvent } from 'node:test/reporters';
import { outcomeOf } from './outcome.ts';
import { NO_TESTS } from './tally.ts';

export default async function* tallyReporter(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const tally = { ...NO_TESTS };
  for await (const event of events) {
    const outcome = outcomeOf(event);
    if (outcome !== undefined) tally[outcome] += 1;
  }
  yield JSON.stringify(tally);
}
