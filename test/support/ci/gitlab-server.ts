import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type ServerType, serve } from '@hono/node-server';
import { type Context, Hono } from 'hono';

interface Note {
  readonly id: number;
  readonly author: { readonly id: number };
  body: string;
}

interface Issue {
  readonly iid: number;
  readonly author: { readonly id: number };
  description: string;
  state: string;
  confidential?: boolean;
}

/** The account of the project's token. */
export const TOKEN = { value: 'glpat-project', id: 70 };
export const AUTHOR = { id: 7 };
export const REVIEWER = { id: 8 };
/** Few, so that every list has several pages. */
const PAGE = 2;

/** A stand-in for the REST API of GitLab, written from its published shapes, with one merge request. */
export class GitLabServer {
  readonly notes: Note[] = [];
  readonly issues: Issue[] = [];
  readonly labelEvents: { action: string; label: { name: string }; user: { id: number } }[] = [];
  readonly pipelines: { id: number; sha: string; source: string }[] = [];
  readonly jobs: { id: number; pipeline: number; name: string; finished_at: string; result?: string }[] = [];
  approved_by: { user: { id: number }; approved_at?: string }[] = [];
  readonly merge = {
    iid: 5,
    state: 'opened',
    sha: 'a'.repeat(40),
    author: AUTHOR,
    labels: [] as string[],
    target_branch: 'main',
    merge_commit_sha: null as string | null,
    squash_commit_sha: null,
    merged_at: null as string | null,
  };
  private lastId = 100;
  private readonly server: ServerType;

  private constructor() {
    this.server = serve({ fetch: this.app().fetch, port: 0, hostname: '127.0.0.1' });
  }

  static async open(): Promise<GitLabServer> {
    const opened = new GitLabServer();
    if (!opened.server.listening) await once(opened.server, 'listening');
    return opened;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/api/v4`;
  }

  id(): number {
    this.lastId += 1;
    return this.lastId;
  }

  close(): Promise<void> {
    return new Promise((resolve) => void this.server.close(() => resolve()));
  }

  private app(): Hono {
    const app = new Hono();
    const project = '/api/v4/projects/12';
    const request = `${project}/merge_requests/5`;
    app.use('*', async (context, next) => {
      if (context.req.header('private-token') !== TOKEN.value)
        return context.json({ message: '401 Unauthorized' }, 401);
      return next();
    });
    const page = (context: Context, items: readonly unknown[]) => {
      const number = Number(context.req.query('page') ?? 1);
      const url = new URL(context.req.url);
      url.searchParams.set('page', String(number + 1));
      if (number * PAGE < items.length) context.header('link', `<${url}>; rel="next"`);
      return context.json(items.slice((number - 1) * PAGE, number * PAGE));
    };
    app.get('/api/v4/user', (context) => context.json({ id: TOKEN.id, bot: true }));
    app.get(request, (context) => context.json(this.merge));
    app.get(`${request}/resource_label_events`, (context) => page(context, this.labelEvents));
    app.get(`${request}/notes`, (context) => page(context, this.notes));
    app.post(`${request}/notes`, async (context) => {
      const note = { id: this.id(), author: { id: TOKEN.id }, body: (await context.req.json()).body };
      this.notes.push(note);
      return context.json(note, 201);
    });
    app.put(`${request}/notes/:id`, async (context) => {
      const note = this.notes.find(({ id }) => id === Number(context.req.param('id')));
      // GitLab lets nobody edit the note of another account.
      if (note?.author.id !== TOKEN.id) return context.json({ message: '403 Forbidden' }, 403);
      note.body = (await context.req.json()).body;
      return context.json(note);
    });
    app.get(`${project}/issues`, (context) =>
      page(
        context,
        this.issues.filter(({ state }) => state === context.req.query('state')),
      ),
    );
    app.post(`${project}/issues`, async (context) => {
      const issue = { iid: this.id(), author: { id: TOKEN.id }, state: 'opened', ...(await context.req.json()) };
      this.issues.push(issue);
      return context.json(issue, 201);
    });
    app.put(`${project}/issues/:iid`, async (context) => {
      const issue = this.issues.find(({ iid }) => iid === Number(context.req.param('iid')));
      if (!issue) return context.json({ message: '404 Not found' }, 404);
      const { state_event, description } = await context.req.json();
      Object.assign(issue, { description, ...(state_event === 'close' && { state: 'closed' }) });
      return context.json(issue);
    });
    app.get(`${project}/repository/commits/:sha/merge_requests`, (context) =>
      page(context, this.merge.merge_commit_sha === context.req.param('sha') ? [this.merge] : []),
    );
    app.get(`${request}/approvals`, (context) => context.json({ approved_by: this.approved_by }));
    app.get(`${request}/pipelines`, (context) => page(context, this.pipelines));
    app.get(`${project}/pipelines/:id/jobs`, (context) =>
      page(
        context,
        this.jobs.filter(({ pipeline }) => pipeline === Number(context.req.param('id'))),
      ),
    );
    app.get(`${project}/jobs/:id/artifacts/delinea-ci/review/result.json`, (context) => {
      const job = this.jobs.find(({ id }) => id === Number(context.req.param('id')));
      return job?.result === undefined ? context.json({ message: '404 Not found' }, 404) : context.body(job.result);
    });
    return app;
  }
}
