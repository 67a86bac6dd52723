import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type ServerType, serve } from '@hono/node-server';
import { type Context, Hono } from 'hono';

export interface Account {
  readonly id: number;
  readonly login: string;
  readonly type: 'User' | 'Bot';
}

export interface Pull {
  readonly number: number;
  readonly user: Account;
  readonly head: { ref: string; sha: string; repo: { id: number; owner: { login: string }; full_name: string } };
  readonly base: { ref: string };
  state: 'open' | 'closed';
  labels: { name: string }[];
  merged_at: string | null;
  merge_commit_sha: string | null;
}

interface Comment {
  readonly id: number;
  readonly issue: number;
  readonly user: Account;
  body: string;
}

interface Issue {
  readonly number: number;
  readonly user: Account;
  title: string;
  body: string;
  state: 'open' | 'closed';
  readonly pull_request?: object;
}

export interface Run {
  readonly id: number;
  readonly path: string;
  readonly event: string;
  readonly head_branch: string;
  readonly head_sha: string;
  readonly head_repository: { id: number; full_name: string; owner: { login: string } };
}

interface Artifact {
  readonly id: number;
  readonly name: string;
  readonly run: number;
  readonly zip: Uint8Array;
  readonly created_at: string;
  readonly expired: boolean;
}

export type Permissions = Readonly<Record<string, 'read' | 'write'>>;

export const BOT: Account = { id: 41898282, login: 'github-actions[bot]', type: 'Bot' };
export const AUTHOR: Account = { id: 7, login: 'mallory', type: 'User' };
export const REVIEWER: Account = { id: 8, login: 'rita', type: 'User' };
export const OWN = { id: 1, full_name: 'acme/access', owner: { login: 'acme' } };
export const FORK = { id: 2, full_name: 'mallory/access', owner: { login: 'mallory' } };

/** Most characters of a body, as GitHub documents it. */
const LONGEST = 65_536;
/** Few, so that every list has several pages. */
const PAGE = 2;

/**
 * A stand-in for the REST API of GitHub, written from its published shapes. It refuses a token
 * without the permission (403) and a body that is too long (422), and limits the size of a page.
 */
export class GitHubServer {
  readonly pulls: Pull[] = [];
  readonly comments: Comment[] = [];
  readonly issues: Issue[] = [];
  readonly events: { issue: number; event: string; label: { name: string }; actor: Account }[] = [];
  readonly statuses: { sha: string; state: string; description: string }[] = [];
  readonly artifacts: Artifact[] = [];
  readonly runs: Run[] = [];
  readonly reviews: { pull: number; user: Account; state: string; commit_id: string; submitted_at: string }[] = [];
  readonly environments = new Map<string, { type: string }[]>();
  /** Permissions of the tokens of the jobs. */
  readonly tokens = new Map<string, Permissions>();
  /** Number of requests that get a 503 before one succeeds. */
  failures = 0;
  writes = 0;
  private clock = Date.parse('2026-11-29T00:00:00Z');
  private lastId = 100;
  private readonly server: ServerType;

  private constructor() {
    this.server = serve({ fetch: this.app().fetch, port: 0, hostname: '127.0.0.1' });
  }

  static async open(): Promise<GitHubServer> {
    const opened = new GitHubServer();
    if (!opened.server.listening) await once(opened.server, 'listening');
    return opened;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Returns a time that is later than all before. */
  now(): string {
    this.clock += 1000;
    return new Date(this.clock).toISOString();
  }

  id(): number {
    this.lastId += 1;
    return this.lastId;
  }

  upload(run: number, name: string, zip: Uint8Array): void {
    const older = this.artifacts.findIndex((each) => each.run === run && each.name === name);
    if (older >= 0) this.artifacts.splice(older, 1);
    this.artifacts.push({ id: this.id(), name, run, zip, created_at: this.now(), expired: false });
  }

  close(): Promise<void> {
    return new Promise((resolve) => void this.server.close(() => resolve()));
  }

  private app(): Hono {
    const app = new Hono();
    const repo = '/repos/acme/access';
    app.use('*', async (context, next) => {
      if (this.failures > 0) {
        this.failures -= 1;
        return context.json({ message: 'Service Unavailable' }, 503);
      }
      const token = context.req.header('authorization')?.replace('Bearer ', '') ?? '';
      const permissions = this.tokens.get(token);
      if (!permissions) return context.json({ message: 'Bad credentials' }, 401);
      const isWrite = context.req.method !== 'GET';
      const needed = NEEDED.find(({ path, write }) => path.test(context.req.path) && (write ?? false) === isWrite);
      const has = (needed?.any ?? []).some((name) => permissions[name] === 'write' || (!isWrite && permissions[name]));
      if (!needed || (needed.any.length > 0 && !has))
        return context.json({ message: 'Resource not accessible by integration' }, 403);
      if (isWrite) this.writes += 1;
      return next();
    });
    const page = (context: Context, items: unknown[], wrap?: string) => {
      const number = Number(context.req.query('page') ?? 1);
      const url = new URL(context.req.url);
      url.searchParams.set('page', String(number + 1));
      if (number * PAGE < items.length) context.header('link', `<${url}>; rel="next", <${url}>; rel="last"`);
      const some = items.slice((number - 1) * PAGE, number * PAGE);
      return context.json(wrap === undefined ? some : { total_count: items.length, [wrap]: some });
    };
    const pullJson = (pull: Pull) => pull;
    app.get(`${repo}/pulls`, (context) => {
      const { state, base, head } = context.req.query();
      const found = this.pulls.filter(
        (each) =>
          each.state === state && each.base.ref === base && `${each.head.repo.owner.login}:${each.head.ref}` === head,
      );
      return page(context, found.map(pullJson));
    });
    app.get(`${repo}/pulls/:number/reviews`, (context) =>
      page(
        context,
        this.reviews.filter(({ pull }) => pull === Number(context.req.param('number'))),
      ),
    );
    app.get(`${repo}/commits/:sha/pulls`, (context) =>
      page(context, this.pulls.filter((each) => each.merge_commit_sha === context.req.param('sha')).map(pullJson)),
    );
    app.get(`${repo}/collaborators/:login/permission`, (context) =>
      context.json({ permission: context.req.param('login') === REVIEWER.login ? 'write' : 'read' }),
    );
    app.get(`${repo}/issues/:number/events`, (context) =>
      page(
        context,
        this.events.filter(({ issue }) => issue === Number(context.req.param('number'))),
      ),
    );
    app.get(`${repo}/issues/:number/comments`, (context) =>
      page(
        context,
        this.comments.filter(({ issue }) => issue === Number(context.req.param('number'))),
      ),
    );
    app.post(`${repo}/issues/:number/comments`, async (context) => {
      const { body } = await context.req.json();
      if (tooLong(body)) return context.json(TOO_LONG, 422);
      const comment = { id: this.id(), issue: Number(context.req.param('number')), user: BOT, body };
      this.comments.push(comment);
      return context.json(comment, 201);
    });
    app.patch(`${repo}/issues/comments/:id`, async (context) => {
      const comment = this.comments.find(({ id }) => id === Number(context.req.param('id')));
      if (!comment) return context.json({ message: 'Not Found' }, 404);
      const { body } = await context.req.json();
      if (tooLong(body)) return context.json(TOO_LONG, 422);
      comment.body = body;
      return context.json(comment);
    });
    app.get(`${repo}/issues`, (context) =>
      page(
        context,
        [
          ...this.pulls.map(({ number, user, state }) => ({
            number,
            user,
            state,
            title: '',
            body: null,
            pull_request: {},
          })),
          ...this.issues,
        ].filter(({ state }) => state === context.req.query('state')),
      ),
    );
    app.post(`${repo}/issues`, async (context) => {
      const { title, body } = await context.req.json();
      if (tooLong(body)) return context.json(TOO_LONG, 422);
      const issue: Issue = { number: this.id(), user: BOT, title, body, state: 'open' };
      this.issues.push(issue);
      return context.json(issue, 201);
    });
    app.patch(`${repo}/issues/:number`, async (context) => {
      const issue = this.issues.find(({ number }) => number === Number(context.req.param('number')));
      if (!issue) return context.json({ message: 'Not Found' }, 404);
      Object.assign(issue, await context.req.json());
      return context.json(issue);
    });
    app.post(`${repo}/statuses/:sha`, async (context) => {
      const { state, description, target_url } = await context.req.json();
      if (description.length > 140 || !URL.canParse(target_url)) return context.json({ message: 'Invalid' }, 422);
      this.statuses.push({ sha: context.req.param('sha'), state, description });
      return context.json({}, 201);
    });
    const artifactJson = ({ id, name, run, zip, created_at, expired }: Artifact) => ({
      id,
      name,
      size_in_bytes: zip.length,
      expired,
      created_at,
      workflow_run: { id: run },
    });
    const named = (context: { req: { query(name: string): string | undefined } }, list: Artifact[]) =>
      list.filter(({ name }) => name === context.req.query('name')).map(artifactJson);
    app.get(`${repo}/actions/artifacts`, (context) => page(context, named(context, this.artifacts), 'artifacts'));
    app.get(`${repo}/actions/runs/:id/artifacts`, (context) => {
      const own = this.artifacts.filter(({ run }) => run === Number(context.req.param('id')));
      return page(context, named(context, own), 'artifacts');
    });
    app.get(`${repo}/actions/artifacts/:id/zip`, (context) => context.redirect(`/blob/${context.req.param('id')}`));
    app.get('/blob/:id', (context) => {
      const artifact = this.artifacts.find(({ id }) => id === Number(context.req.param('id')));
      return artifact ? context.body(new Uint8Array(artifact.zip)) : context.notFound();
    });
    app.get(`${repo}/actions/runs/:id`, (context) => {
      const run = this.runs.find(({ id }) => id === Number(context.req.param('id')));
      return run ? context.json(run) : context.json({ message: 'Not Found' }, 404);
    });
    app.get(`${repo}/environments/:name`, (context) => {
      const rules = this.environments.get(context.req.param('name'));
      return rules ? context.json({ protection_rules: rules }) : context.json({ message: 'Not Found' }, 404);
    });
    return app;
  }
}

/** The permission that each route needs, one of several; none: the metadata that every token may read. */
const NEEDED: readonly { path: RegExp; write?: boolean; any: readonly string[] }[] = [
  { path: /\/issues\/(comments\/)?\d+\/?(comments)?$/, write: true, any: ['issues', 'pull-requests'] },
  { path: /\/issues$/, write: true, any: ['issues'] },
  { path: /\/statuses\//, write: true, any: ['statuses'] },
  { path: /\/pulls/, any: ['pull-requests'] },
  { path: /\/issues\/\d+\/(comments|events)$/, any: ['issues', 'pull-requests'] },
  { path: /\/issues$/, any: ['issues'] },
  { path: /\/collaborators\//, any: [] },
  { path: /\/(actions|environments)\//, any: ['actions'] },
  { path: /^\/blob\//, any: [] },
];

const TOO_LONG = { message: 'Validation Failed', errors: [{ code: 'custom', message: 'body is too long' }] };

function tooLong(body: string): boolean {
  return [...body].length > LONGEST;
}
