/** A reply as it came over the wire, for judging. */
export interface TargetResponse {
  readonly status: number;
  /** By lower-case name; of a header that came twice, the first. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
  readonly receivedAt: Date;
}

/** Why no whole reply came. */
export interface TransportFailure {
  /** Whether any byte of the request may have reached the target. */
  readonly sent: boolean;
  /** What happened, for people; never the token. */
  readonly detail: string;
  /** What to do, where that is known. */
  readonly advice?: string;
}

/** What came of sending a request. */
export type Exchange = { readonly response: TargetResponse } | { readonly failure: TransportFailure };
