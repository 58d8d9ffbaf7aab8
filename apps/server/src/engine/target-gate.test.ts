import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CycleFailedError } from '@rollcall/engine';
import { DEFAULT_PROFILE } from '@rollcall/targets';
import { TargetGate } from './target-gate.ts';

const OWN = 'http://localhost:8400';
const CANARY = 'canary-4711';

const local = new TargetGate({ publicUrl: () => OWN, ownUrl: () => OWN, isLocal: true });
const reached = new TargetGate({ publicUrl: () => 'https://scim.example.com', ownUrl: () => OWN, isLocal: false });
const inside = new TargetGate({ publicUrl: () => 'http://rollcall:8400', ownUrl: () => OWN, isLocal: false });

const connection = (tenantUrl: string) => ({
  tenant: 'acme',
  tenantUrl,
  secretToken: CANARY,
  profile: DEFAULT_PROFILE,
});

describe('which applications are sent to', () => {
  const ALLOWED: readonly [why: string, gate: TargetGate, url: string][] = [
    ['an application on the net', reached, 'https://app.example.com/scim'],
    ['our own endpoint at the address that we listen at', reached, `${OWN}/scim/v2/acme`],
    ['our own endpoint at its public http address', inside, 'http://rollcall:8400/scim/v2/acme'],
    ['anything on the laptop of who tries it', local, 'http://127.0.0.1:9000/scim'],
  ];
  for (const [why, gate, url] of ALLOWED) {
    test(why, async () => gate.open(connection(url)).close());
  }

  const REFUSED: readonly [why: string, gate: TargetGate, url: string][] = [
    ['E1 what else listens on the machine of a server', reached, 'http://localhost:5432/'],
    ['E1 the same by its number', reached, 'http://127.0.0.1:8400/scim/v2/acme'],
    ['E1 the same by an unusual number', reached, 'http://0x7f.1:9000/scim'],
    ['E1 the same in IPv6', reached, 'https://[::ffff:127.0.0.1]/scim'],
    ['E1 our own metrics', reached, `${OWN}/metrics`],
    ['E1 our own admin API by a detour', reached, `${OWN}/scim/v2/../../api/v1`],
    ['E1 the metadata service of a cloud', local, 'http://169.254.169.254/latest'],
    ['E3 http to another machine', local, 'http://app.example.com/scim'],
    ['E3 http to our own name outside of the endpoints', inside, 'http://rollcall:8400/metrics'],
    ['no URL', local, 'app.example.com/scim'],
  ];
  for (const [why, gate, url] of REFUSED) {
    test(`${why} is refused`, () => {
      assert.throws(
        () => gate.open(connection(url)),
        (error) => error instanceof CycleFailedError && !error.message.includes(CANARY),
      );
    });
  }
});
