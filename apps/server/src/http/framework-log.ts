import { LogController } from 'fastify';

/**
 * What Fastify itself may log: failures only. Its lines for requests hold URLs as they came, values of filters
 * included; `requestRecorder` writes ours.
 */
export class FrameworkLog extends LogController {
  constructor() {
    super({ requestIdLogLabel: 'requestId' });
  }

  override incomingRequest(): undefined {
    return undefined;
  }

  override requestCompleted(): undefined {
    return undefined;
  }

  override routeNotFound(): undefined {
    return undefined;
  }
}
