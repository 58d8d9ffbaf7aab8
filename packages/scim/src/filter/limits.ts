/** What one filter may cost. Each bound is tested from both sides. */
export interface FilterLimits {
  /** In UTF-16 units of the decoded text. */
  readonly lengthMax: number;
  /** Parentheses, value paths and `not`, one inside the other. */
  readonly depthMax: number;
  /** Comparisons and presence tests. */
  readonly termsMax: number;
}

export const DEFAULT_FILTER_LIMITS: FilterLimits = Object.freeze({ lengthMax: 8192, depthMax: 32, termsMax: 256 });
