/** The tenant has no such thing. Whether another tenant has it is not said. */
export class NotFoundError extends Error {
  override readonly name = 'NotFoundError';

  constructor(thing: string, id: string) {
    super(`there is no ${thing} ${id}: check the id`);
  }
}
