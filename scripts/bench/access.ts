import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EffectiveAccess, type TenantAccess } from 'delinea-iac/provider';
import type { Figure } from './figure.js';
import { median } from './median.js';

const CLI = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const [USERS, GROUPS, FOLDERS, MEMBERS, PERMISSIONS] = [10_000, 2_000, 4_000, 50, 20_000];
const RIGHTS = ['View', 'Edit', 'Owner'];
/** The forms of a review: name, options, and the file that holds it unless it is printed. */
const FORMS: readonly (readonly [name: string, options: readonly string[], file?: string])[] = [
  ['text', []],
  ['Markdown', ['--markdown', '--attach', 'whole.md']],
  ['JSON', ['--json']],
  ['SARIF', ['--sarif', 'review.sarif'], 'review.sarif'],
  ['JUnit', ['--junit', 'review.xml'], 'review.xml'],
  ['HTML', ['--html', 'review.html'], 'review.html'],
];
/** Largest comment on GitHub, in KB. */
const COMMENT = 64;
const PEAK = `--import=data:text/javascript,process.on('exit',()=>process.stderr.write('peak'+process.resourceUsage().maxRSS))`;

/**
 * Measures effective access of 10,000 users in 2,000 nested groups with 100,000 memberships and 20,000 permissions, and the
 * review of 1,000 changes there, as a process.
 */
export function measureAccess(): Figure[] {
  const live = largeTenant();
  const times = Array.from({ length: 5 }, () => {
    const started = performance.now();
    const access = new EffectiveAccess(live);
    let held = 0;
    for (const index of access.scopes.keys())
      for (const holders of access.holders(index).values()) held += holders.size;
    return { seconds: (performance.now() - started) / 1000, held };
  });
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  writeFileSync(join(folder, 'live.json'), JSON.stringify(live));
  writeFileSync(join(folder, 'tfplan.json'), JSON.stringify(largePlan(live)));
  const run = (options: readonly string[], file?: string) => {
    const args = [CLI, 'review', 'tfplan.json', '--live', 'live.json', ...options];
    const started = performance.now();
    const env = { ...process.env, NODE_OPTIONS: PEAK };
    const { stdout, stderr, status } = spawnSync(process.execPath, args, {
      cwd: folder,
      env,
      encoding: 'utf8',
      maxBuffer: 2 ** 30,
    });
    if (status !== 0) throw new Error(`review ended with ${status}: ${stderr}`);
    const seconds = (performance.now() - started) / 1000;
    const memory = Number(/peak(\d+)/.exec(stderr)?.[1]) / 1024;
    return { seconds, memory, size: file ? statSync(join(folder, file)).size : Buffer.byteLength(stdout) };
  };
  const forms = FORMS.map(([name, options, file]) => {
    const runs = Array.from({ length: 3 }, () => run(options, file));
    const kilobytes = Math.ceil(runs[0]!.size / 1024);
    return {
      name,
      kilobytes,
      seconds: median(runs.map(({ seconds }) => seconds)),
      memory: Math.max(...runs.map(({ memory }) => memory)),
    };
  });
  const each = (text: (form: (typeof forms)[number]) => string) =>
    forms.map((form) => `${form.name} ${text(form)}`).join(', ');
  rmSync(folder, { recursive: true });
  return [
    {
      name: 'effective access of 10,000 users, seconds',
      value: median(times.map(({ seconds }) => seconds)),
      limit: 2,
      detail: `${times[0]!.held} rights of principals, median of 5`,
    },
    {
      name: 'review of 1,000 changes there, seconds',
      value: Math.max(...forms.map(({ seconds }) => seconds)),
      limit: 3,
      detail: `a process, median of 3, the slowest form: ${each(({ seconds }) => seconds.toFixed(1))}`,
    },
    {
      name: 'page of that review, MB',
      value: forms.find(({ name }) => name === 'HTML')!.kilobytes / 1024,
      limit: 2,
      detail: 'HTML with the access around the changes',
    },
    {
      name: 'review of 1,000 changes there, MB',
      value: Math.max(...forms.map(({ memory }) => memory)),
      limit: 300,
      detail: `resident set at its largest: ${each(({ memory }) => memory.toFixed(0))}`,
    },
    {
      name: 'review of 1,000 changes there, KB of a comment',
      value: forms.find(({ name }) => name === 'Markdown')!.kilobytes,
      limit: COMMENT,
      detail: `sizes in KB: ${each(({ kilobytes }) => String(kilobytes))}`,
    },
  ];
}

/** Returns numbers from 0 to `below`, the same in every run. */
function drawn(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9;
    return ((state ^ (state >>> 13)) >>> 0) % below;
  };
}

function largeTenant(): TenantAccess {
  const draw = drawn(1);
  const user = (index: number) => ({ kind: 'user', id: `user-${index}` });
  const group = (index: number) => ({ kind: 'group', id: `group-${index}` });
  const named = <T extends { id: string }>(object: T) => ({ ...object, name: `${object.id}@example.com` });
  const users = Array.from({ length: USERS }, (_, index) => ({ ...named(user(index)), active: true }));
  const groups = Array.from({ length: GROUPS }, (_, index) => ({
    ...named(group(index)),
    members: [
      ...Array.from({ length: MEMBERS - 1 }, () => user(draw(USERS))),
      ...(index < 10 ? [] : [group(draw(index))]),
    ],
  }));
  const folders = Array.from({ length: FOLDERS }, (_, index) => named({ kind: 'container', id: `folder-${index}` }));
  const grants = Array.from({ length: PERMISSIONS }, (_, index) => ({
    kind: 'container-permission',
    id: `permission-${index}`,
    principal: index % 2 ? user(draw(USERS)) : group(draw(GROUPS)),
    scope: { kind: 'container', id: `folder-${draw(FOLDERS)}` },
    rights: { right: RIGHTS[draw(3)]! },
  }));
  const rest = { tenant: 'https://acme.example', taken: '2026-11-29T00:00:00Z', unread: [] };
  return {
    format: 'access snapshot 1',
    ...rest,
    principals: [...users, ...groups],
    scopes: folders,
    grants,
  } as TenantAccess;
}

/** Returns a plan of Terraform with 500 groups that get another member and 500 new permissions of users. */
function largePlan({ principals }: TenantAccess): object {
  const draw = drawn(2);
  const managed = (type: string, name: string, change: object) => ({
    address: `${type}.${name}`,
    mode: 'managed',
    type,
    change: { after_unknown: {}, ...change },
  });
  const groups = principals.filter(({ kind }) => kind === 'group').slice(500, 1_000);
  const updates = groups.map(({ id, name, members = [] }) => {
    const before = { id, display_name: name, members: members.map((member) => member.id) };
    const after = { ...before, members: [...before.members, `user-${draw(USERS)}`] };
    return managed('delinea_group', id, { actions: ['update'], before, after });
  });
  const creates = Array.from({ length: 500 }, (_, index) => {
    const principal = { principal_type: 'user', principal_id: `user-${draw(USERS)}` };
    const after = { container: `folder-${draw(FOLDERS)}`, ...principal, right: RIGHTS[index % 3] };
    return managed('delinea_container_permission', `p${index}`, { actions: ['create'], before: null, after });
  });
  return { format_version: '1.2', terraform_version: '1.11.4', resource_changes: [...updates, ...creates] };
}
