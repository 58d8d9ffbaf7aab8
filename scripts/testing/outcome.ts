import type { EventData } from 'node:test';
import type { TestEvent } from 'node:test/reporters';

export type Outcome = 'passed' | 'failed' | 'skipped';

/** A parent, or a file, that fails because a test inside it failed: it says nothing new. */
const isEcho = ({ details: { error } }: EventData.TestFail): boolean =>
  'failureType' in error && error.failureType === 'subtestsFailed';

/** What an event adds to the count of tests; undefined for suites, echoes, and events that end no test. */
export function outcomeOf(event: TestEvent): Outcome | undefined {
  if (event.type !== 'test:pass' && event.type !== 'test:fail') return undefined;
  if (event.data.details.type === 'suite') return undefined;
  if (event.type === 'test:fail') return isEcho(event.data) ? undefined : 'failed';
  return (event.data.skip ?? event.data.todo) === undefined ? 'passed' : 'skipped';
}

/** Whether a failure is worth reading: all but echoes, failed hooks of suites among them. */
export function isNews(event: TestEvent): event is TestEvent & { readonly type: 'test:fail' } {
  return event.type === 'test:fail' && !isEcho(event.data);
}
