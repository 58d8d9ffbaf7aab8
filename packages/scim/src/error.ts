/** The `scimType` words of RFC 7644 table 9 and of RFC 9865 2.1. */
export type ScimType =
  | 'invalidFilter'
  | 'tooMany'
  | 'uniqueness'
  | 'mutability'
  | 'invalidSyntax'
  | 'invalidPath'
  | 'noTarget'
  | 'invalidValue'
  | 'invalidVers'
  | 'sensitive'
  | 'invalidCursor'
  | 'expiredCursor'
  | 'invalidCount';

export const ERROR_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:Error';

/** The body of an error reply. @see RFC 7644 3.12 */
export interface ErrorBody {
  readonly schemas: readonly [typeof ERROR_SCHEMA];
  /** The HTTP status, as a string: the standard asks for one. */
  readonly status: string;
  readonly scimType?: ScimType;
  readonly detail: string;
}

/**
 * A refusal by the protocol. Its message is the reply's `detail`: it names the attribute, the value and
 * what to do, and never holds a secret.
 *
 * @see RFC 7644 3.12
 */
export class ScimError extends Error {
  override readonly name: string = 'ScimError';
  readonly status: number;
  readonly scimType: ScimType | undefined;

  constructor(status: number, scimType: ScimType | undefined, detail: string, options?: ErrorOptions) {
    super(detail, options);
    this.status = status;
    this.scimType = scimType;
  }

  toBody(): ErrorBody {
    const { status, scimType, message } = this;
    return { schemas: [ERROR_SCHEMA], status: String(status), ...(scimType && { scimType }), detail: message };
  }
}

/** 400: the filter does not parse, names an unknown attribute, or compares in a way its type lacks. @see RFC 7644 3.4.2.2 */
export class InvalidFilterError extends ScimError {
  override readonly name = 'InvalidFilterError';
  constructor(detail: string) {
    super(400, 'invalidFilter', detail);
  }
}

/** 400: the filter would cost more than the server gives to one request. @see RFC 7644 3.12 */
export class TooManyError extends ScimError {
  override readonly name = 'TooManyError';
  constructor(detail: string) {
    super(400, 'tooMany', detail);
  }
}

/** 409: a unique value is taken. @see RFC 7644 3.3, 3.5.1, 3.12 */
export class UniquenessError extends ScimError {
  override readonly name = 'UniquenessError';
  constructor(detail: string) {
    super(409, 'uniqueness', detail);
  }
}

/** 400: the change is not one that the attribute's mutability permits. @see RFC 7644 3.5.2 */
export class MutabilityError extends ScimError {
  override readonly name = 'MutabilityError';
  constructor(detail: string) {
    super(400, 'mutability', detail);
  }
}

/** 400: the body is not JSON, or not of the form that the request asks for. @see RFC 7644 3.12 */
export class InvalidSyntaxError extends ScimError {
  override readonly name = 'InvalidSyntaxError';
  constructor(detail: string) {
    super(400, 'invalidSyntax', detail);
  }
}

/** 400: the path of a PATCH operation does not parse or names no attribute. @see RFC 7644 3.5.2 */
export class InvalidPathError extends ScimError {
  override readonly name = 'InvalidPathError';
  constructor(detail: string) {
    super(400, 'invalidPath', detail);
  }
}

/** 400: the path of a PATCH operation selects nothing to work on. @see RFC 7644 3.5.2.2, 3.5.2.3 */
export class NoTargetError extends ScimError {
  override readonly name = 'NoTargetError';
  constructor(detail: string) {
    super(400, 'noTarget', detail);
  }
}

/** 400: a required value is missing, or a value is not of the attribute's type. @see RFC 7644 3.12 */
export class InvalidValueError extends ScimError {
  override readonly name = 'InvalidValueError';
  constructor(detail: string) {
    super(400, 'invalidValue', detail);
  }
}

/** 404: no such resource or endpoint. @see RFC 7644 3.12 */
export class NotFoundError extends ScimError {
  override readonly name = 'NotFoundError';
  constructor(detail: string) {
    super(404, undefined, detail);
  }
}

/** 412: the resource is no longer at the version that the request named. @see RFC 7644 3.14 */
export class PreconditionFailedError extends ScimError {
  override readonly name = 'PreconditionFailedError';
  constructor(detail: string) {
    super(412, undefined, detail);
  }
}

/** 413: the body, or its number of operations, is over the limit. @see RFC 7644 3.7.4 */
export class PayloadTooLargeError extends ScimError {
  override readonly name = 'PayloadTooLargeError';
  constructor(detail: string) {
    super(413, undefined, detail);
  }
}

/** 400: the cursor is not one that this server made for this request. @see RFC 9865 2.1 */
export class InvalidCursorError extends ScimError {
  override readonly name = 'InvalidCursorError';
  constructor(detail: string) {
    super(400, 'invalidCursor', detail);
  }
}

/** 400: `count` is not a number that pages may have. @see RFC 9865 2.1 */
export class InvalidCountError extends ScimError {
  override readonly name = 'InvalidCountError';
  constructor(detail: string) {
    super(400, 'invalidCount', detail);
  }
}
