export interface WhatToTry {
  readonly serverUrl: string;
  readonly endpoint: string;
  readonly token: string;
  readonly tokenExpiresAt: string;
  readonly operatorKey: string;
  /** True when the key was made for this run. */
  readonly keyEndsWithRun: boolean;
  /** Where the admin API says what the engine did: path and query below `/api/v1`. */
  readonly cyclePath: string;
  readonly usersFile: string;
}

/** What stands there for whoever wants to go on by hand. Both `curl` lines work as they are. */
export function whatToTry(demo: WhatToTry): string {
  const { serverUrl, endpoint, token, operatorKey, usersFile } = demo;
  return `
Serving at ${serverUrl} until Ctrl-C.

SCIM endpoint       ${endpoint}
Provisioning token  ${token}
                    for you to try: shown this once, valid until ${demo.tokenExpiresAt.slice(0, 10)}
Admin API           ${serverUrl}/api/v1, described by ${serverUrl}/api/v1/openapi.json
Operator key        ${operatorKey}
                    opens every tenant; ${keyLife(demo)}

Look people up as a SCIM client does, and see what the engine did:

  curl -H 'Authorization: Bearer ${token}' --get -d count=2 --data-urlencode 'filter=userName sw "a"' '${endpoint}/Users'

  curl -H 'Authorization: Bearer ${operatorKey}' '${serverUrl}/api/v1${demo.cyclePath}'

Change a line of ${usersFile} and start again: only what differs is sent.
Ctrl-C stops the server; the next start finds its data again.
`;
}

const keyLife = ({ keyEndsWithRun }: WhatToTry): string =>
  keyEndsWithRun
    ? 'valid while this runs. ROLLCALL_BOOTSTRAP_KEY sets one that stays'
    : 'the one that ROLLCALL_BOOTSTRAP_KEY sets';
