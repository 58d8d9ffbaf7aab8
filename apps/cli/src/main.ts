import { EXIT_CODE } from './exit-code.ts';
import { explainError } from './explain-error.ts';
import { InterruptedError } from './interrupted-error.ts';
import { createProgram } from './program.ts';

try {
  await createProgram().parseAsync();
  process.exitCode = EXIT_CODE.done;
} catch (error) {
  process.stderr.write(`rollcall: ${explainError(error)}\n`);
  process.exitCode = error instanceof InterruptedError ? EXIT_CODE.interrupted : EXIT_CODE.failed;
}
