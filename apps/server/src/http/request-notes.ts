/** What the admin API's guard leaves for the request log: public ids, never a value that a client sent. */
export interface RequestNotes {
  /** The tenant that an accepted key was used for; a path alone proves nothing. */
  tenant?: string;
  /** Public id of the credential: `key:…`. */
  actor?: string;
}

declare module 'fastify' {
  interface FastifyRequest {
    notes: RequestNotes;
  }
}
