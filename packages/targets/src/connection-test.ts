import { findRequest } from './look-up.ts';
import { judgeList, type ListResult } from './outcome.ts';
import type { ConnectionTest, ConnectionTestStep, TargetRequest, TargetResourceType } from './target.ts';
import type { Exchange } from './target-response.ts';

export interface ConnectionTestOptions {
  readonly matching: { readonly user: string; readonly group?: string };
  readonly exchange: (request: TargetRequest) => Promise<Exchange>;
  readonly shownUrl: (request: TargetRequest) => string;
  /** A value that no resource has. */
  readonly newValue: () => string;
}

/**
 * Asks for a user, and then for a group, that cannot be there, by the attributes that the job matches on.
 * The right answer is 200 and an empty list. The first step that is not ok is the last.
 */
export async function testConnection(options: ConnectionTestOptions): Promise<ConnectionTest> {
  const { matching } = options;
  const steps: ConnectionTestStep[] = [await testStep('User', matching.user, options)];
  if (steps[0]?.ok && matching.group !== undefined) steps.push(await testStep('Group', matching.group, options));
  return { ok: steps.every((step) => step.ok), steps };
}

async function testStep(
  type: TargetResourceType,
  attribute: string,
  { exchange, shownUrl, newValue }: ConnectionTestOptions,
): Promise<ConnectionTestStep> {
  const request = findRequest({ type, attribute, value: newValue() });
  const answer = await exchange(request);
  const verdict = verdictOf({ type, attribute }, answer, judgeList(request, answer));
  const status = 'response' in answer ? { status: answer.response.status } : {};
  return { method: request.method, url: shownUrl(request), ...status, ...verdict };
}

type Verdict = Pick<ConnectionTestStep, 'ok' | 'detail' | 'advice'>;

interface StepSubject {
  readonly type: TargetResourceType;
  readonly attribute: string;
}

function verdictOf({ type, attribute }: StepSubject, answer: Exchange, result: ListResult): Verdict {
  if (result.kind === 'error') {
    return { ok: false, detail: result.outcome.detail, advice: adviceFor({ type, attribute }, answer, result) };
  }
  if (result.totalResults === 0) return { ok: true, detail: 'the target answered with an empty list, as it should' };
  return {
    ok: false,
    detail: `the target found ${result.totalResults} resources for a random value`,
    advice: `The endpoint ignores the filter. Have it answer ${attribute} eq "…" with the ${type}s that have this value, and no others`,
  };
}

function adviceFor(
  { type, attribute }: StepSubject,
  answer: Exchange,
  { outcome }: Extract<ListResult, { kind: 'error' }>,
): string {
  if ('failure' in answer) return answer.failure.advice ?? 'Try again';
  const { status } = answer.response;
  if (status === 401)
    return 'The target does not accept the token. Make a new one there and enter it as the secret token';
  if (status === 403) return `The token is known, but may not read ${type}s. Give it that right`;
  if (status >= 300 && status < 400)
    return 'Enter the address that the target redirects to, if it is the SCIM endpoint';
  if (status === 404 && outcome.kind === 'notFound') {
    return 'The endpoint answers 404 when nothing is found. It must answer 200 and a ListResponse with totalResults 0';
  }
  if (status === 404) return `There is no ${type}s resource at this address. Check the path of the tenant URL`;
  if (status === 400)
    return `The endpoint cannot filter ${type}s by ${attribute}. Match on another attribute, or add it there`;
  if (outcome.kind === 'throttled')
    return `The target asks for a pause of ${outcome.retryAfterMs} ms. Try again after it`;
  if (status >= 500) return 'The endpoint failed. Look into its log for this request';
  return 'The address answers, but not as a SCIM endpoint. Check the path of the tenant URL, and whether a sign-in page or gateway stands before it';
}
