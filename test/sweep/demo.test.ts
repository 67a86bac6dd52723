import { describe, expect, jest, test } from '@jest/globals';
import { ROOT } from '../support/cdktf/synth-process.js';
import { start } from '../support/cli/process.js';

jest.setTimeout(120_000);

/** As `npm run demo` does, but for the build, which other tests are using by now. */
const TSX = ['--import', 'tsx'];

/** What a newcomer must have seen when the demo is over, in this order. */
const STORY = [
  /== A tenant with two strangers/,
  /\$ ORG_DATA=2026-07 npx tsx examples\/kubernetes-org\/main\.ts/,
  /\$ npx delinea-iac plan \./,
  /Warning: there is no ledger/,
  /Plan: 1,?698 to add, 0 to change, 0 to remove\./,
  /\$ npx delinea-iac apply \. --init-ledger --auto-approve/,
  /Applied: 1,?698 steps done and read back\./,
  /No changes/,
  /== Behind our back/,
  /right = "View" -> "Owner"/,
  /\+ "mallory@example\.com"/,
  /Drift: Owner of mallory@example\.com on api: added outside of code/,
  /was disabled outside of code; it stays disabled/,
  /Drift: 2 objects different from the code, 3 changes outside of code\./,
  /Applied: 2 steps done and read back\./,
  /== Seven weeks later/,
  /Plan: \d+ to add, \d+ to change, \d+ to remove/,
  /Applied: \d+ steps done and read back\./,
  / leaves: the code /,
  /Plan: .*\(1 deactivated\)/,
  /login disabled; sessions: cannot be read/,
  /disabled, not deleted/,
  /== That was the main job/,
];

describe('the demo', () => {
  test('ends well within a minute, and tells the whole story', async () => {
    const began = performance.now();
    const { code, out, err } = await start(process.execPath, [...TSX, 'examples/demo/demo.ts'], ROOT, { NO_COLOR: '1' })
      .ended;
    const seconds = (performance.now() - began) / 1000;
    expect([code, err]).toEqual([0, '']);
    let rest = out;
    for (const line of STORY) {
      expect(rest).toMatch(line);
      rest = rest.slice(rest.search(line) + 1);
    }
    expect(out).not.toMatch(/simulated-(client-secret|scim-token|service-password)|internal error|access removed/);
    expect(seconds).toBeLessThan(60);
  });
});
