/** What the command's end says to a script. */
export const EXIT_CODE = {
  done: 0,
  failed: 1,
  /** As a shell says it of a program that Ctrl-C ended. */
  interrupted: 130,
} as const;
