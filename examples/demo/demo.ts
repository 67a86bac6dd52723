/**
 * The main job in a minute, on this machine: `npm run demo`. A simulated tenant that already holds strangers, a real
 * organisation's access as code, and every command as you would run it.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startSimulator } from 'delinea-iac/simulator';
import { comment, END, type Excerpt, heading, run } from './stage.js';

const data = (month: string) => new URL(`../kubernetes-org/data/${month}.json`, import.meta.url);
const july = JSON.parse(readFileSync(data('2026-07'), 'utf8')) as {
  containers: string[];
  users: { userName: string }[];
};

interface Stack {
  resource: { delinea_group?: Record<string, { members: string[] }> };
}

const simulator = await startSimulator({
  data: {
    users: [
      { userName: 'mallory@example.com', displayName: 'Mallory' },
      { userName: 'trent@example.com', roles: ['Platform User'] },
    ],
    groups: [{ displayName: 'helpdesk', members: ['trent@example.com'] }],
    containers: july.containers,
  },
});
const folder = await mkdtemp(path.join(tmpdir(), 'delinea-iac-demo-'));
const synth = (env: Record<string, string>) => {
  const settings = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const command = [process.execPath, '--import', 'tsx', 'examples/kubernetes-org/main.ts'];
  return run([...settings, 'npx tsx examples/kubernetes-org/main.ts'].join(' '), command, {
    ...env,
    CDKTF_OUTDIR: path.join(folder, 'cdktf.out'),
  });
};
/** Edits the synthesised stack as an edit of the code would. @returns the text before */
const edit = (change: (stack: Stack) => void) => {
  const file = path.join(folder, 'cdktf.out/stacks/kubernetes-org/cdk.tf.json');
  const text = readFileSync(file, 'utf8');
  const stack = JSON.parse(text) as Stack;
  change(stack);
  writeFileSync(file, JSON.stringify(stack));
  return () => writeFileSync(file, text);
};
const delinea = (args: string, wanted: number, excerpt?: Excerpt) => {
  const command = [
    process.execPath,
    'dist/cli/main.js',
    ...args.split(' ').map((arg) => (/^\.$|\.json$/.test(arg) ? path.join(folder, arg) : arg)),
  ];
  return run(`npx delinea-iac ${args}`, command, simulator.env, wanted, excerpt);
};

heading('A tenant with two strangers, a group and 78 folders; and 1,248 people as code');
comment('The code is examples/kubernetes-org/main.ts: 80 lines that read the data of a real organisation.');
await synth({ ORG_DATA: '2026-07' });
await delinea('plan .', 2);
comment('Nothing is ours yet. The first apply starts the ledger of what is.');
await delinea('apply . --init-ledger --auto-approve', 0, END);
comment('The tenant is what the code says, so there is nothing to do:');
await delinea('plan .', 0);

heading('The source of the code is emptied by mistake');
const restore = edit((stack) => {
  stack.resource = {};
});
comment('A directory export failed, and the program declares nobody. A pipeline applies it at night:');
await delinea('apply . --auto-approve', 3, END);
restore();

heading('Behind our back: an administrator uses the console');
const disabled = july.users[7]!.userName;
simulator.admin.addMember('api-approvers', 'mallory@example.com');
simulator.admin.setRight('api', { group: 'api-reviewers' }, 'Owner');
simulator.admin.grant('api', { user: 'mallory@example.com' }, 'Owner');
simulator.admin.setActive(disabled, false);
comment(
  'Mallory joins api-approvers and is made Owner of the folder api; the reviewers become Owner; one person is disabled.',
);
await delinea('drift .', 2);
comment(
  'What is ours is repaired. The grant that was never ours is reported, and nobody is enabled again without consent:',
);
await delinea('apply . --auto-approve', 0, END);
await delinea('drift .', 2);

heading('Seven weeks later: the August access');
await synth({ ORG_DATA: '2026-08' });
await delinea('apply . --auto-approve', 0);

const leaver = july.users[11]!.userName;
heading(`${leaver} leaves: the code names them no more`);
await synth({ ORG_DATA: '2026-08', ORG_WITHOUT: leaver });
await delinea('apply . --auto-approve', 0);
const kept = simulator.state().users.find(({ userName }) => userName === leaver);
comment(
  `In the tenant the account of ${leaver} is ${kept?.active === false ? 'disabled, not deleted' : 'NOT AS IT SHOULD BE'}.`,
);

heading('A pull request changes three lines');
edit(({ resource: { delinea_group: groups = {} } }) => {
  groups['stage-bots']!.members.push('${delinea_group.release-managers.id}');
  groups['kubernetes-maintainers']!.members.push('${delinea_group.release-team.id}');
  const admins = groups['test-infra-admins']!;
  admins.members = admins.members.filter((member) => member !== '${delinea_user.pb71a0249.id}');
});
comment(
  'release-managers join stage-bots, release-team joins kubernetes-maintainers, and one person leaves test-infra-admins.',
);
await delinea('plan . --out plan.json --live live.json', 2);
comment('Three groups with one change each. The review shows what this means for people:');
await delinea('review plan.json --live live.json', 0);

heading('That was the main job');
comment('Point it at your own tenant: see "Your own tenant" in README.md.');
await simulator.close();
await rm(folder, { recursive: true });
