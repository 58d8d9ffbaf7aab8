/** What the command's end says to a script. */
export const EXIT_CODE = {
  done: 0,
  failed: 1,
} as const;
