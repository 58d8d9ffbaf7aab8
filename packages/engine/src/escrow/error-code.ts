import type { Outcome } from '@rollcall/targets';
import type { ErrorCode } from '../ledger/operation.ts';

type Unsuccessful = Exclude<Outcome, { kind: 'done' }>;

/** The code under which an unsuccessful outcome is logged and escrowed. */
export function errorCodeOf(outcome: Unsuccessful): ErrorCode {
  switch (outcome.kind) {
    case 'conflict':
      return 'Conflict';
    case 'notFound':
      return 'InvalidAnchor';
    case 'throttled':
      return 'TooManyRequests';
    case 'refused':
      return codeOfRefusal(outcome.status);
    case 'failed':
    case 'unknown':
      return outcome.status === undefined ? 'Timeout' : 'InternalServerError';
    case 'unusable':
      return 'SystemForCrossDomainIdentityManagementServiceIncompatible';
  }
}

function codeOfRefusal(status: number): ErrorCode {
  if (status === 401) return 'Unauthorized';
  return status === 403 ? 'InsufficientRights' : 'UnprocessableEntity';
}
