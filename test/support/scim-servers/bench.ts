import {
  type Allowance,
  type ApplyResult,
  applyPlan,
  connect,
  countRemovals,
  type Declaration,
  makePlan,
  type Plan,
  type PlanInput,
  readSettings,
  stepsOf,
} from '../../../src/provider/index.js';
import { environmentOf } from '../tenant/environment.js';
import { MemoryLedger } from '../tenant/memory-ledger.js';
import { withAllowance } from '../tenant/workbench.js';
import { type ScimServer, TOKEN } from './server.js';

/** A SCIM server as the embedded engine's tenant: users and groups at its base URL, with a static token. */
export interface ScimBench {
  readonly server: ScimServer;
  readonly ledger: MemoryLedger;
  plan(declarations: readonly Declaration[], input?: Partial<PlanInput>): Promise<Plan>;
  apply(plan: Plan): Promise<ApplyResult>;
  /** Plans and applies. */
  converge(
    declarations: readonly Declaration[],
    input?: Partial<PlanInput>,
  ): Promise<ApplyResult & { readonly plan: Plan }>;
  /** Sends a request as another client of the server. Returns the body. @param path below the base URL */
  send(method: string, path: string, body?: object): Promise<Record<string, unknown>>;
  /** Returns the one user or group with this name, as the server shows it. */
  find(kind: 'Users' | 'Groups', name: string): Promise<Record<string, unknown> & { readonly id: string }>;
}

export function openScimBench(server: ScimServer): ScimBench {
  const ledger = new MemoryLedger();
  const settings = readSettings(
    { allowDelete: true },
    {
      DELINEA_SCIM_TOKEN: TOKEN,
      ...environmentOf({
        tenant: 'acme',
        surfaces: [{ name: 'platform-scim', baseUrl: server.baseUrl }],
        routing: ['user', 'group'].map((kind) => ({ kind, surface: 'platform-scim' })),
        allowDelete: true,
        externalIdFrom: 'userName',
        retries: 0,
        visibilitySeconds: 0,
      }),
    },
  );
  const open = (allowance: Omit<Allowance, 'source'> = {}) => connect(withAllowance(settings, allowance), {});

  const plan: ScimBench['plan'] = async (declarations, input = {}) =>
    makePlan(await open(), {
      stack: 'test',
      declarations,
      owned: ledger.objects(),
      usedConsents: ledger.usedConsents,
      sets: ledger.sets,
      ...input,
    });
  const apply: ScimBench['apply'] = async (made) =>
    applyPlan(await open({ removals: countRemovals(stepsOf(made)) }), made, {
      ...ledger.io,
      log: async () => undefined,
    });
  const send: ScimBench['send'] = async (method, path, body) => {
    const response = await fetch(server.baseUrl + path, {
      method,
      headers: { authorization: `Bearer ${TOKEN}`, ...(body && { 'content-type': 'application/scim+json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? {} : JSON.parse(text);
  };

  return {
    server,
    ledger,
    plan,
    apply,
    converge: async (declarations, input) => {
      const made = await plan(declarations, input);
      return { plan: made, ...(await apply(made)) };
    },
    send,
    async find(kind, name) {
      const attribute = kind === 'Users' ? 'userName' : 'displayName';
      const filter = encodeURIComponent(`${attribute} eq "${name}"`);
      const { Resources } = (await send('GET', `/${kind}?filter=${filter}`)) as { Resources: unknown[] };
      if (Resources.length !== 1) throw new Error(`${Resources.length} of ${kind} are called ${name}`);
      return Resources[0] as Awaited<ReturnType<ScimBench['find']>>;
    },
  };
}
