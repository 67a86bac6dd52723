import { describe, expect, jest, test } from '@jest/globals';
import { ROOT } from '../support/cdktf/synth-process.js';
import { start } from '../support/cli/process.js';

jest.setTimeout(600_000);

/** Runs the demo as `npm run demo` does, but without the build, which other tests are using. */
const TSX = ['--import', 'tsx'];

/** Texts that the demo has to print, in this order. */
const STORY = [
  /== A tenant with two strangers/,
  /\$ ORG_DATA=2026-07 npx tsx examples\/kubernetes-org\/main\.ts/,
  /\$ npx delinea-iac plan \./,
  /Warning: there is no ledger/,
  /Plan: 1,?698 to add, 0 to change, 0 to remove\./,
  /\$ npx delinea-iac apply \. --init-ledger --auto-approve/,
  /Applied: 1,?698 steps done and read back\./,
  /No changes/,
  /== The source of the code is emptied by mistake/,
  /Error: refused before the first write: 1248 of 1248 users would be disabled or removed/,
  /== Behind our back/,
  /right = "View" -> "Owner"/,
  /\+ "mallory@example\.com"/,
  /Drift: Owner of mallory@example\.com on api: not in code/,
  /was disabled outside of code; it stays disabled/,
  /Drift: 2 changed, 1 added, 1 not in code\./,
  /Applied: 2 steps done and read back\./,
  /== Seven weeks later/,
  /Plan: \d+ to add, \d+ to change, \d+ to remove/,
  /Applied: \d+ steps done and read back\./,
  / leaves: the code /,
  /Plan: .*\(1 deactivated\)/,
  /login disabled; sessions: 0 open/,
  /disabled, not deleted/,
  /== A pull request changes three lines/,
  /Plan: 0 to add, 3 to change, 0 to remove\./,
  /40 people gain access, 1 person loses access, on 38 containers and roles\.\nOwnerships and roles: 350 gained, 2 lost\./,
  /! new Owner of containers api, /,
  /! no access is left to pb71a0249@example\.com/,
  /\+ 10 people gain Owner on 35 containers through release-managers > stage-bots/,
  /- pb71a0249@example\.com loses Owner on containers publishing-bot, test-infra through test-infra-admins/,
  /\+ 38 people gain Edit on 5 containers through release-team > kubernetes-maintainers/,
  /== That was the main job/,
];

describe('demo', () => {
  test('prints every part', async () => {
    const { code, out, err } = await start(process.execPath, [...TSX, 'examples/demo/demo.ts'], ROOT, { NO_COLOR: '1' })
      .ended;
    expect([code, err]).toEqual([0, '']);
    let rest = out;
    for (const line of STORY) {
      expect(rest).toMatch(line);
      rest = rest.slice(rest.search(line) + 1);
    }
    expect(out).not.toMatch(/simulated-(client-secret|scim-token|service-password)|internal error|access removed/);
  });
});
